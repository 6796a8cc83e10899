import { readFileSync } from 'node:fs';
import { firstValueFrom, from, of, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { decodeStream } from '../../../operators/audio/decodeStream.js';
import { encodeStream } from '../../../operators/audio/encodeStream.js';
import { prepareFor } from '../../../operators/audio/prepareFor.js';
import { resample } from '../../../operators/resample.js';
import type { AudioFrame } from '../../../src/audio.js';
import { joinBytes } from '../../../src/dsp/formats/join-bytes.js';
import { addProvider, providerFormat } from '../../../src/dsp/formats/provider-formats.js';
import { decodeRaw } from '../../../src/dsp/formats/raw-samples.js';
import { validate } from '../../../src/dsp/formats/validate.js';
import { loadResampler } from '../../../src/dsp/resampler.js';
import { wavHeader } from '../../../src/dsp/wav.js';
import { alignment, sine, snrDb } from '../../dsp/formats/signal.js';
import { marbles } from '../../marbles.js';

const frame = (samples: Int16Array, sampleRate = 8000, position = 0): AudioFrame => ({ samples, sampleRate, position });
const frames = (samples: Int16Array, sampleRate: number, size: number): AudioFrame[] =>
  Array.from({ length: Math.ceil(samples.length / size) }, (_, i) => ({
    samples: samples.subarray(i * size, (i + 1) * size),
    sampleRate,
    position: i * size,
  }));
const question = readFileSync(new URL('../../../assets/question-tokyo-24k.wav', import.meta.url));
const resampled = async (speech: readonly AudioFrame[], to: number): Promise<Int16Array> => {
  const out = await firstValueFrom(from(speech).pipe(resample({ to }), toArray()));
  return Int16Array.from(out.flatMap(({ samples }) => [...samples]));
};
const encoded = (config: Parameters<typeof encodeStream>[0], ...all: AudioFrame[]): Promise<Uint8Array[]> =>
  firstValueFrom(from(all).pipe(encodeStream(config), toArray()));
const decoded = async (config: Parameters<typeof decodeStream>[0], bytes: readonly Uint8Array[]): Promise<Int16Array> => {
  const out = await firstValueFrom(from(bytes).pipe(decodeStream(config), toArray()));
  return Int16Array.from(out.flatMap(({ samples }) => [...samples]));
};

describe('encodeStream', () => {
  it(
    'gives the bytes of each frame at once',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('-a-(b|)', { a: frame(Int16Array.of(1, -2)), b: frame(Int16Array.of(256)) });
      expectObservable(source.pipe(encodeStream({ format: 'pcm16', channels: 2 }))).toBe('-a-(b|)', {
        a: Uint8Array.of(1, 0, 1, 0, 254, 255, 254, 255),
        b: Uint8Array.of(0, 1, 0, 1),
      });
      expectSubscriptions(source.subscriptions).toBe('^--!');
    }),
  );

  it('cuts values to length, at the rate that is wanted, in virtual time too', async () => {
    const resampler = await loadResampler();
    marbles(({ cold, expectObservable }) => {
      const [a, b] = [frame(new Int16Array(480), 24_000), frame(new Int16Array(480), 24_000, 480)];
      const config = { format: 'mulaw', sampleRate: 8000, chunkMs: 20, resampler } as const;
      const silence = new Uint8Array(160).fill(0xff);
      expectObservable(cold('a-b-|', { a, b }).pipe(encodeStream(config))).toBe('--s-(s|)', { s: silence });
    })();
  });

  it('writes a WAV file in pieces, of which the first has the header', async () => {
    const samples = Int16Array.from({ length: 500 }, (_, i) => i);
    const pieces = await encoded({ format: 'wav', channels: 2 }, ...frames(samples, 16_000, 200));
    expect(pieces.map(({ length }) => length)).toEqual([44 + 800, 800, 400]);
    expect(await decoded({}, pieces)).toEqual(samples);
    expect(validate(joinBytes(pieces))).toEqual({ ok: true, format: 'wav', sampleRate: 16_000, channels: 2, durationMs: 31.25 });
  });

  it.each([8000, 12_000, 16_000, 24_000, 48_000])(
    'writes Ogg with Opus at %i Hz: speech of the same length, in time and alike',
    async (sampleRate) => {
      const speech = await firstValueFrom(of(question).pipe(decodeStream(), resample({ to: sampleRate }), toArray()));
      const wanted = await resampled(speech, 48_000);
      const back = await decoded({}, await encoded({ format: 'ogg', sampleRate }, ...speech));
      expect(back).toHaveLength(wanted.length);
      const { lag, correlation } = alignment(back.subarray(20_000, 80_000), wanted.subarray(20_000, 80_000));
      expect(Math.abs(lag)).toBeLessThanOrEqual(5);
      expect(correlation).toBeGreaterThan(0.95);
    },
  );

  it(
    'writes a WAV file of nothing when there are no frames, at the end',
    marbles(({ cold, expectObservable }) => {
      const header = (sampleRate: number, channels: 1 | 2) => ({ h: wavHeader(sampleRate, Number.POSITIVE_INFINITY, channels) });
      const stereo = { format: 'wav', sampleRate: 8000, channels: 2 } as const;
      expectObservable(cold<AudioFrame>('-|').pipe(encodeStream(stereo))).toBe('-(h|)', header(8000, 2));
      expectObservable(cold<AudioFrame>('-|').pipe(encodeStream({ format: 'wav' }))).toBe('-(h|)', header(24_000, 1));
      expectObservable(cold<AudioFrame>('-#').pipe(encodeStream({ format: 'wav' }))).toBe('-#');
      expectObservable(cold<AudioFrame>('-|').pipe(encodeStream({ format: 'pcm16' }))).toBe('-|');
    }),
  );

  it('writes Ogg of nothing, when there are frames without samples', async () => {
    const pieces = await encoded({ format: 'ogg' }, frame(new Int16Array(0), 48_000));
    expect(validate(joinBytes(pieces))).toMatchObject({ ok: true, format: 'ogg', durationMs: 0 });
  });

  it.each([2.5, 5, 10, 20, 40, 60])('writes packets of Opus of %d ms, the last filled up', async (chunkMs) => {
    const packets = await encoded({ format: 'opus', chunkMs }, ...frames(sine(440, 48_000, 5000), 48_000, 1000));
    expect(packets).toHaveLength(Math.ceil(5000 / (48 * chunkMs)));
    for (const packet of packets) expect(validate(packet, 'opus')).toMatchObject({ ok: true, durationMs: chunkMs });
  });

  it('converts any rate to that of Opus', async () => {
    const bytes = await encoded({ format: 'ogg' }, ...frames(sine(440, 44_100, 44_100), 44_100, 441));
    const back = await decoded({}, bytes);
    expect(back).toHaveLength(48_000);
    expect(alignment(back, sine(440, 48_000, 48_000)).correlation).toBeGreaterThan(0.95);
  });

  it('takes the bitrate that is said', async () => {
    const speech = frames(
      sine(440, 48_000, 48_000).map((sample, i) => sample + ((i * 7919) % 2000)),
      48_000,
      960,
    );
    const size = async (bitrate: number) => joinBytes(await encoded({ format: 'opus', bitrate }, ...speech)).length;
    expect(await size(64_000)).toBeGreaterThan(2 * (await size(12_000)));
  });

  it('errors where the rate changes and none is wanted', async () => {
    const changing = [...frames(new Int16Array(10), 8000, 10), ...frames(new Int16Array(10), 16_000, 10)];
    await expect(encoded({ format: 'mulaw' }, ...changing)).rejects.toMatchObject({
      code: 'format_mismatch',
      message: expect.stringMatching(/from 8000 to 16000 Hz at sample 0/),
    });
  });

  it('refuses on call what cannot be written', () => {
    expect(() => encodeStream({ format: 'webm' as 'ogg' })).toThrow(/webm can be read, not written/);
    expect(() => encodeStream({ format: 'opus', sampleRate: 44_100 })).toThrow(/Opus has the rates .*, got 44100/);
    expect(() => encodeStream({ format: 'opus', chunkMs: 30 })).toThrow(/packets of Opus are of .* ms, got 30/);
    expect(() => encodeStream({ format: 'ogg', channels: 2 })).toThrow(/1 channel, got 2/);
    expect(() => encodeStream({ format: 'opus', bitrate: 1 })).toThrow(/bitrate/);
    expect(() => encodeStream({ format: 'opus', packetLossPercent: 101 })).toThrow(/packetLossPercent/);
    expect(() => encodeStream({ format: 'pcm16', chunkMs: 0 })).toThrow(/chunkMs must be > 0, got 0/);
    expect(() => encodeStream({ format: 'pcm16', sampleRate: 10 })).toThrow(/sampleRate/);
  });
});

describe('prepareFor', () => {
  it.each([
    ['openai', 'pcm16', 24_000, 960],
    ['azure', 'pcm16', 24_000, 960],
    ['google', 'pcm16', 16_000, 3200],
    ['twilio', 'mulaw', 8000, 160],
    ['elevenlabs', 'pcm16', 16_000, 8000],
  ] as const)('makes of a microphone what %s wants', async (provider, format, sampleRate, bytes) => {
    const second = frames(sine(440, 48_000, 48_000), 48_000, 960);
    const messages = await firstValueFrom(from(second).pipe(prepareFor(provider), toArray()));
    expect(new Set(messages.map(({ length }) => length))).toEqual(new Set([bytes]));
    expect(snrDb(decodeRaw(joinBytes(messages), format), sine(440, sampleRate, sampleRate))).toBeGreaterThan(
      format === 'mulaw' ? 35 : 75,
    );
  });

  it('takes a format, or a name of one’s own', async () => {
    const own = { sampleRate: 8000, format: 'alaw', chunkMs: 30 } as const;
    addProvider('switchboard', own);
    const of8k = frames(sine(440, 8000, 480), 8000, 100);
    for (const provider of [own, 'switchboard']) {
      const messages = await firstValueFrom(from(of8k).pipe(prepareFor(provider), toArray()));
      expect(messages.map(({ length }) => length)).toEqual([240, 240]);
    }
    expect(providerFormat('switchboard')).toEqual(own);
  });

  it('gives each channel the sound, where a service wants two', async () => {
    const wanted = { sampleRate: 8000, format: 'pcm16', chunkMs: 10, channels: 2 } as const;
    const [message] = await firstValueFrom(of(...frames(sine(440, 8000, 80), 8000, 80)).pipe(prepareFor(wanted), toArray()));
    const samples = decodeRaw(message ?? new Uint8Array(0), 'pcm16');
    expect(samples).toHaveLength(160);
    expect(samples.filter((_, i) => i % 2 === 0)).toEqual(samples.filter((_, i) => i % 2 === 1));
  });

  it('refuses on call what nobody knows, and formats that cannot be', () => {
    expect(() => prepareFor('nobody')).toThrow(/no format is known for nobody: take one of openai, azure/);
    expect(() => addProvider('', { sampleRate: 8000, format: 'alaw', chunkMs: 20 })).toThrow(/name is empty/);
    expect(() => addProvider('x', { sampleRate: 8000, format: 'webm' as 'ogg', chunkMs: 20 })).toThrow(/not written/);
    expect(() => addProvider('x', { sampleRate: 8000, format: 'alaw', chunkMs: Number.NaN })).toThrow(/chunkMs/);
    expect(() => addProvider('x', { sampleRate: 8000, format: 'alaw', chunkMs: 60_001 })).toThrow(
      /chunkMs must be above 0 and at most 60000, got 60001/,
    );
    expect(() => addProvider('x', { sampleRate: 8000, format: 'opus', chunkMs: 20, channels: 2 })).toThrow(/1 channel, got 2/);
    expect(() => prepareFor({ sampleRate: 8000, format: 'opus', chunkMs: 30 })).toThrow(/packets of Opus/);
  });
});
