import { concat, firstValueFrom, from, NEVER, of, throwError, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { decodeStream } from '../../../operators/audio/decodeStream.js';
import { encodeStream } from '../../../operators/audio/encodeStream.js';
import type { AudioFrame } from '../../../src/audio.js';
import { encodeRaw } from '../../../src/dsp/formats/raw-samples.js';
import { wavHeader } from '../../../src/dsp/wav.js';
import { bytesOf } from '../../dsp/formats/ogg-file.js';
import { marbles } from '../../marbles.js';

const ramp = Int16Array.from({ length: 6 }, (_, i) => i * 100);
const pieces = (bytes: Uint8Array, size: number): Uint8Array[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.slice(i * size, (i + 1) * size));
const decoded = (config: Parameters<typeof decodeStream>[0], ...bytes: Uint8Array[]): Promise<AudioFrame[]> =>
  firstValueFrom(from(bytes).pipe(decodeStream(config), toArray()));
const samplesOf = (frames: readonly AudioFrame[]): number[] => frames.flatMap(({ samples }) => [...samples]);
const isUnbroken = (frames: readonly AudioFrame[]): boolean =>
  frames.every(({ position }, i) => position === frames.slice(0, i).reduce((sum, { samples }) => sum + samples.length, 0));

describe('decodeStream', () => {
  it(
    'gives raw samples as they come, and waits for the other half of one',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const bytes = encodeRaw(ramp, 'pcm16');
      const source = hot('-a-b-c|', { a: bytes.slice(0, 3), b: bytes.slice(3, 4), c: bytes.slice(4) });
      const frame = (from: number, to: number) => ({ samples: ramp.slice(from, to), sampleRate: 8000, position: from });
      expectObservable(source.pipe(decodeStream({ format: 'pcm16', sampleRate: 8000 }))).toBe('-a-b-c|', {
        a: frame(0, 1),
        b: frame(1, 2),
        c: frame(2, 6),
      });
      expectSubscriptions(source.subscriptions).toBe('^-----!');
    }),
  );

  it(
    'completes with nothing of nothing, and passes errors on',
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold<Uint8Array>('--|').pipe(decodeStream())).toBe('--|');
      expectObservable(cold<Uint8Array>('-').pipe(decodeStream())).toBe('-');
      expectObservable(cold<Uint8Array>('--#').pipe(decodeStream({ format: 'wav' }))).toBe('--#');
    }),
  );

  it.each(['pcm16', 'float32', 'pcm8', 'mulaw', 'alaw'] as const)(
    'mixes stereo in %s down, wherever it is cut',
    async (format) => {
      const bytes = encodeRaw(Int16Array.of(0, 512, -8192, 0, 16_384, -16_384, 1024, 1024), format);
      const whole = samplesOf(await decoded({ format, channels: 2 }, bytes));
      expect(whole).toHaveLength(4);
      for (const size of [1, 3, 5]) {
        const frames = await decoded({ format, channels: 2 }, ...pieces(bytes, size));
        expect(samplesOf(frames)).toEqual(whole);
        expect(isUnbroken(frames)).toBe(true);
      }
    },
  );

  it.each([1, 5, 44, 100])('tells WAV by its first bytes, in pieces of %i', async (size) => {
    const file = bytesOf(wavHeader(16_000, 6), encodeRaw(ramp, 'pcm16'));
    const frames = await decoded({}, ...pieces(file, size));
    expect(samplesOf(frames)).toEqual([...ramp]);
    expect(frames[0]).toMatchObject({ sampleRate: 16_000, position: 0 });
    expect(isUnbroken(frames)).toBe(true);
  });

  it('makes up for packets of Opus that are lost, and keeps the time', async () => {
    const speech: AudioFrame = {
      samples: Int16Array.from({ length: 9600 }, (_, i) => 8000 * Math.sin(i / 20)),
      sampleRate: 48_000,
      position: 0,
    };
    const packets = await firstValueFrom(of(speech).pipe(encodeStream({ format: 'opus', chunkMs: 40 }), toArray()));
    expect(packets).toHaveLength(5);
    const frames = await decoded({ format: 'opus' }, ...packets.map((packet, i) => (i === 3 ? new Uint8Array(0) : packet)));
    expect(frames.map(({ position, samples }) => [position, samples.length])).toEqual(
      [0, 1, 2, 3, 4].map((i) => [i * 1920, 1920]),
    );
    const madeUp = frames[3]?.samples ?? new Int16Array(0);
    expect(Math.sqrt(madeUp.reduce((sum, sample) => sum + sample ** 2, 0) / madeUp.length)).toBeGreaterThan(2000);
  });

  it.each<[string, Uint8Array, RegExp]>([
    [
      'MP4',
      bytesOf([0, 0, 0, 28], [0x66, 0x74, 0x79, 0x70], new Uint8Array(20)),
      /MP4, as Safari records, which cannot be read: record with/,
    ],
    ['MP3', Uint8Array.from([0x49, 0x44, 0x33, ...new Array(20).fill(0)]), /MP3/],
    ['raw samples', new Uint8Array(100), /none of WAV, WebM and Ogg: say which/],
    ['a few bytes', new Uint8Array(2), /none of/],
  ])('refuses %s that is to be told by its first bytes', async (_, bytes, what) => {
    for (const size of [1, 100]) {
      await expect(decoded({}, ...pieces(bytes, size))).rejects.toMatchObject({
        code: 'bad_audio',
        message: expect.stringMatching(what),
      });
    }
  });

  it('errors with what is wrong with WAV', async () => {
    await expect(decoded({ format: 'wav' }, new Uint8Array(30))).rejects.toMatchObject({ code: 'bad_wav' });
    await expect(decoded({ format: 'wav' }, wavHeader(8000, 5).slice(0, 20))).rejects.toMatchObject({ code: 'bad_wav' });
  });

  it('errors with what is no packet of Opus', async () => {
    await expect(decoded({ format: 'opus' }, Uint8Array.of(255, 255, 255))).rejects.toMatchObject({ code: 'bad_audio' });
  });

  it('can be left while its decoder loads', async () => {
    const left = concat(of(Uint8Array.of(0x78, 1)), NEVER)
      .pipe(decodeStream({ format: 'opus' }))
      .subscribe();
    left.unsubscribe();
    expect(await decoded({ format: 'opus' })).toEqual([]);
  });

  it('keeps two subscriptions apart', async () => {
    const out = of(encodeRaw(ramp, 'pcm16').slice(0, 3)).pipe(decodeStream({ format: 'pcm16' }), toArray());
    expect(await firstValueFrom(out)).toEqual(await firstValueFrom(out));
  });

  it('refuses on call what cannot be', () => {
    expect(() => decodeStream({ format: 'mp3' as 'wav' })).toThrow(/format must be one of .*, got mp3/);
    expect(() => decodeStream({ format: 'pcm16', sampleRate: 0 })).toThrow(RangeError);
    expect(() => decodeStream({ format: 'pcm16', channels: 3 as 1 })).toThrow(/channels must be 1 or 2, got 3/);
    expect(() => throwError(() => new Error('x')).pipe(decodeStream())).not.toThrow();
  });
});
