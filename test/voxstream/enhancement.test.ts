import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { levelOf } from '../../src/dsp/level.js';
import { testAudio } from '../../src/dsp/test-audio.js';
import { VoxStream } from '../../src/voxstream/vox-stream.js';
import { all, bytesOf, cut, framesOf, joinedSamples } from './audio-of.js';

const noise = { ...testAudio({ durationMs: 3000, pattern: 'noise' }) };
const speech = testAudio({ durationMs: 3000 });
const lastSecond = (samples: Int16Array): number => levelOf(samples.subarray(-24_000));

describe('enhanceVoice', () => {
  it('leaves audio as it is, unless something is asked for', async () => {
    const stream = new VoxStream();
    expect(stream.enhanceVoice(speech) === speech).toBe(true);
    await stream.enhanceVoice({ noiseReduction: false });
    expect(stream.enhanceVoice(speech.samples) === speech.samples).toBe(true);
  });

  it('takes noise out, in process, in enhanceVoice and in streams, and leaves speech', async () => {
    const stream = new VoxStream();
    await stream.enhanceVoice({ noiseReduction: true });
    const processed = cut(noise.samples, [480]).map((samples) => ({ samples: stream.process(samples) }));
    const enhanced = cut(bytesOf(noise), [960]).map((bytes) => stream.enhanceVoice(bytes));
    const streamed = await all(stream.stream(noise));
    expect(enhanced.map((bytes) => new Int16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2))).toEqual(
      processed.map(({ samples }) => samples),
    );
    expect(joinedSamples(streamed)).toEqual(joinedSamples(processed));
    expect(lastSecond(joinedSamples(processed))).toBeLessThan(lastSecond(noise.samples) / 2);
    expect(lastSecond(joinedSamples(await all(stream.stream(speech))))).toBeGreaterThan(lastSecond(speech.samples) / 2);
  });

  it('says by metrics how much later the sound comes', async () => {
    const stream = new VoxStream();
    await stream.enhanceVoice({ noiseReduction: true });
    stream.process(speech);
    expect(stream.metrics.latencyMs).toBeGreaterThan(15);
  });

  it('adds no delay with optimizeFor latency', async () => {
    const stream = new VoxStream({ optimizeFor: 'latency' });
    await stream.enhanceVoice({ noiseReduction: true });
    expect(stream.process(speech) === speech).toBe(true);
  });

  it('does what was asked for last, and what is open follows', async () => {
    const stream = new VoxStream();
    await Promise.all([stream.enhanceVoice({ noiseReduction: true }), stream.enhanceVoice({})]);
    expect(stream.process(speech) === speech).toBe(true);
    await stream.enhanceVoice({ noiseReduction: true });
    expect(stream.process({ ...speech, position: 72_000 }) === speech).toBe(false);
    await stream.enhanceVoice({});
    expect(stream.process(speech) === speech).toBe(true);
  });

  it('holds the level, and makes words clear', async () => {
    const soft = { ...testAudio({ durationMs: 8000 }) };
    const quiet = { ...soft, samples: soft.samples.map((sample) => sample / 8) };
    const gained = new VoxStream();
    await gained.enhanceVoice({ gainControl: true });
    const clear = new VoxStream();
    await clear.enhanceVoice({ clarityBoost: true });
    expect(lastSecond(gained.process(quiet).samples)).toBeGreaterThan(4 * lastSecond(quiet.samples));
    const { samples } = clear.process(testAudio({ pattern: 'speech' }));
    expect(lastSecond(samples) === lastSecond(testAudio().samples)).toBe(false);
    const hum = {
      ...soft,
      samples: Int16Array.from({ length: 48_000 }, (_, i) => 3000 * Math.sin((2 * Math.PI * 40 * i) / 24_000)),
      position: 0,
    };
    const another = new VoxStream();
    await another.enhanceVoice({ clarityBoost: true });
    expect(lastSecond(another.process(hum).samples)).toBeLessThan(lastSecond(hum.samples) / 2);
  });

  it('tells of the times of its stages', async () => {
    const stream = new VoxStream();
    const told: string[] = [];
    stream.on('enhancement', ({ type }) => told.push(type));
    await stream.enhanceVoice({ gainControl: true });
    for (const chunk of framesOf(speech)) stream.process(chunk);
    expect(told).toContain('audio.stage_timings');
  });

  it('takes out what attachPlayback plays', async () => {
    const stream = new VoxStream();
    await stream.enhanceVoice({ echoCancellation: true });
    const far = new Subject<Int16Array>();
    stream.attachPlayback(far);
    const played = testAudio({ durationMs: 6000 });
    const chunks = framesOf(played);
    const heard = chunks.map((chunk, at) => {
      far.next(chunk.samples);
      // A loudspeaker 40 ms away, half as loud.
      const echo = (chunks[at - 2]?.samples ?? new Int16Array(480)).map((sample) => sample / 2);
      return { samples: stream.process({ ...chunk, samples: echo }).samples };
    });
    expect(lastSecond(joinedSamples(heard))).toBeLessThan(lastSecond(played.samples) / 20);
    stream.close();
  });

  it('refuses options that there are not, and goes on', () => {
    const stream = new VoxStream();
    expect(() => stream.enhanceVoice({ noisereduction: true } as object)).toThrow(
      'EnhancementOptions: noisereduction: unknown; did you mean noiseReduction?',
    );
    expect(() => stream.enhanceVoice({ echoCancellation: 'weak' as 'strong' })).toThrow(
      "EnhancementOptions: echoCancellation: must be true or false, or strong or doubleTalk, got 'weak'",
    );
    expect(() => stream.enhanceVoice(7 as never)).toThrow('EnhancementOptions: must be an object, got a number');
    expect(stream.process(speech) === speech).toBe(true);
  });
});
