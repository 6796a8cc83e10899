import { from } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { decodeG711 } from '../../src/dsp/g711.js';
import { levelOf } from '../../src/dsp/level.js';
import { testAudio } from '../../src/dsp/test-audio.js';
import { wavHeader } from '../../src/dsp/wav.js';
import { VoxStream } from '../../src/voxstream/vox-stream.js';
import { all, bytesOf, cut, framesOf, joinedBytes } from './audio-of.js';

const speech = testAudio({ durationMs: 1010 });

describe('prepareForAi', () => {
  it('gives a buffer in the format of a service, in one piece', async () => {
    const stream = new VoxStream();
    expect(await stream.prepareForAi(speech, { provider: 'openai' })).toEqual(bytesOf(speech));
    expect(await stream.prepareForAi(bytesOf(speech), { provider: 'openai' })).toEqual(bytesOf(speech));
    const twilio = await stream.prepareForAi(speech.samples, { provider: 'twilio' });
    expect(twilio).toHaveLength(8080);
    expect(Math.abs(levelOf(decodeG711(twilio, 'pcmu')) / levelOf(speech.samples) - 1)).toBeLessThan(0.2);
    expect(await stream.prepareForAi(speech, { provider: { sampleRate: 24_000, format: 'wav', chunkMs: 20 } })).toHaveLength(
      44 + 2 * speech.samples.length,
    );
  });

  it('makes a WAV file without samples of no audio', async () => {
    const stream = new VoxStream();
    const provider = { sampleRate: 16_000, format: 'wav', chunkMs: 20 } as const;
    for (const audio of [new Uint8Array(0), new Int16Array(0), { ...speech, samples: new Int16Array(0) }])
      expect(await stream.prepareForAi(audio, { provider })).toEqual(wavHeader(16_000, 0));
  });

  it('gives a stream message by message, the last one filled up', async () => {
    const stream = new VoxStream();
    const whole = await stream.prepareForAi(speech, { provider: 'google' });
    for (const source of [framesOf(speech, 30), from(framesOf(speech, 7)), cut(bytesOf(speech), [333])]) {
      const messages = await all(stream.prepareForAi(source, { provider: 'google' }));
      expect(messages.map(({ length }) => length)).toEqual(new Array(11).fill(3200));
      expect(joinedBytes(messages).subarray(0, whole.length)).toEqual(whole);
    }
  });

  it('reads an iterable no faster than it is read itself', async () => {
    let read = 0;
    const source = {
      *[Symbol.iterator]() {
        for (const chunk of framesOf(speech)) {
          read += 1;
          yield chunk;
        }
      },
    };
    for await (const _message of new VoxStream().prepareForAi(source, { provider: 'openai' })) if (read >= 3) break;
    expect(read).toBe(3);
  });

  it('does not read an iterable to its end while what it takes is loaded', async () => {
    let read = 0;
    const source = {
      *[Symbol.iterator]() {
        for (; read < 10_000; read++) yield speech.samples.subarray(0, 480);
      },
    };
    // Nobody has loaded Opus yet.
    const provider = { sampleRate: 24_000, format: 'ogg', chunkMs: 20 } as const;
    for await (const _message of new VoxStream().prepareForAi(source, { provider })) break;
    expect(read).toBeLessThan(1000);
  });

  it('refuses providers that nobody knows, and packets in one piece', async () => {
    const stream = new VoxStream();
    expect(() => stream.prepareForAi(speech, { provider: 'nobody' })).toThrow(/no format is known for nobody/);
    expect(() => stream.prepareForAi([speech], { provider: 'nobody' })).toThrow(/no format is known for nobody/);
    expect(() => stream.prepareForAi(speech, { provider: { sampleRate: 24_000, format: 'opus', chunkMs: 20 } })).toThrow(
      /no bounds in one piece/,
    );
    await expect(all(stream.prepareForAi(['audio' as never], { provider: 'openai' }))).rejects.toMatchObject({
      code: 'format_mismatch',
    });
  });
});

describe('addProvider', () => {
  it('makes a format known by a name', async () => {
    const stream = new VoxStream();
    stream.addProvider('radio', { sampleRate: 8000, format: 'pcm8', chunkMs: 50 });
    expect(await stream.prepareForAi(speech, { provider: 'radio' })).toHaveLength(8080);
    const messages = await all(stream.prepareForAi([speech], { provider: 'radio' }));
    expect(messages.map(({ length }) => length)).toEqual(new Array(21).fill(400));
    expect(() => stream.addProvider('', { sampleRate: 8000, format: 'pcm8', chunkMs: 50 })).toThrow(RangeError);
  });
});
