import { describe, expect, it } from 'vitest';
import { codecOf } from '../../src/simulator/audio-format.js';
import { startSimulator } from '../../src/simulator/index.js';
import { narrowband } from '../../src/simulator/narrowband.js';
import { connect } from './connect.js';
import { loud } from './sound.js';

const tone = (hz: number, samples = 4800) =>
  Int16Array.from({ length: samples }, (_, i) => Math.round(8000 * Math.sin((2 * Math.PI * hz * i) / 24000)));
/** Level of the middle, where the filter is full. */
const level = (samples: Int16Array) => {
  const middle = samples.subarray(200, samples.length - 200);
  return Math.sqrt(middle.reduce((sum, sample) => sum + sample * sample, 0) / middle.length);
};

describe('narrowband', () => {
  it('takes every third sample and keeps what a telephone keeps', () => {
    const narrow = narrowband(tone(1000));
    expect(narrow).toHaveLength(1600);
    expect(level(narrow) / level(tone(1000))).toBeCloseTo(1, 1);
  });

  it('takes out what 8 kHz cannot hold', () => {
    expect(level(narrowband(tone(6000)))).toBeLessThan(level(tone(6000)) / 100);
  });
});

describe('the simulator in G.711', () => {
  for (const type of ['audio/pcmu', 'audio/pcma'] as const) {
    it(`hears and speaks ${type}`, async () => {
      const codec = codecOf({ type });
      await using simulator = await startSimulator({ voice: 'built-in', pace: 'instant', script: ['aaaaaaaaaa'] });
      await using client = connect(`${simulator.url}?model=gpt-realtime`);
      const format = { type };
      client.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { format }, output: { format } } } });
      const silence = new Int16Array(8 * 640);
      for (const samples of [silence, narrowband(loud(640)), silence]) {
        client.send({ type: 'input_audio_buffer.append', audio: codec.encode(samples) });
      }
      await client.next('response.done');
      const times = client.events.flatMap(({ audio_start_ms, audio_end_ms }) =>
        [audio_start_ms, audio_end_ms].filter((ms) => ms !== undefined),
      );
      expect(times).toEqual([340, 1504]);
      const audio = client.events
        .filter((event) => event.type === 'response.output_audio.delta')
        .map(({ delta }) => String(delta));
      expect(audio.map((text) => Buffer.from(text, 'base64').length)).toEqual([1600, 1600, 1600, 800]);
      expect(level(codec.decode(audio[1] ?? '') ?? new Int16Array(0))).toBeGreaterThan(1000);
    });
  }

  it('counts on in milliseconds when the format changes', async () => {
    await using simulator = await startSimulator({ voice: 'built-in', pace: 'instant' });
    await using client = connect(`${simulator.url}?model=gpt-realtime`);
    client.send({
      type: 'input_audio_buffer.append',
      audio: codecOf({ type: 'audio/pcm', rate: 24000 }).encode(new Int16Array(24 * 640)),
    });
    const input = { format: { type: 'audio/pcmu' } };
    client.send({ type: 'session.update', session: { type: 'realtime', audio: { input } } });
    client.send({ type: 'input_audio_buffer.append', audio: codecOf({ type: 'audio/pcmu' }).encode(narrowband(loud(320))) });
    expect(await client.next('input_audio_buffer.speech_started')).toMatchObject({ audio_start_ms: 340 });
  });
});
