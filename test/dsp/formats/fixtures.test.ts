import { readFileSync } from 'node:fs';
import { firstValueFrom, from, of, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { decodeStream } from '../../../operators/audio/decodeStream.js';
import { resample } from '../../../operators/resample.js';
import type { AudioFrame } from '../../../src/audio.js';
import { validate } from '../../../src/dsp/formats/validate.js';
import { correlation } from './signal.js';

const read = (path: string): Uint8Array => readFileSync(new URL(`../../../${path}`, import.meta.url));
const joined = (frames: readonly AudioFrame[]): Int16Array => Int16Array.from(frames.flatMap(({ samples }) => [...samples]));
const decoded = async (...chunks: readonly Uint8Array[]): Promise<AudioFrame[]> =>
  firstValueFrom(from(chunks).pipe(decodeStream(), toArray()));
/** Quicker than toEqual, for 72,000 samples. */
const isSame = (a: Int16Array, b: Int16Array): boolean => a.length === b.length && a.every((sample, i) => sample === b[i]);
const cut = (file: Uint8Array, sizes: readonly number[]): Uint8Array[] => {
  let at = 0;
  return sizes.map((size) => {
    at += size;
    return file.subarray(at - size, at);
  });
};
const every = (file: Uint8Array, size: number): Uint8Array[] =>
  cut(file, new Array<number>(Math.ceil(file.length / size)).fill(size));

/** The first second and a half of this was recorded. */
const source = joined(
  await firstValueFrom(of(read('assets/question-tokyo-24k.wav')).pipe(decodeStream(), resample({ to: 8000 }), toArray())),
);

/** How alike it is to what was recorded, wherever in the recording that begins. */
const likeness = async (frames: readonly AudioFrame[]): Promise<number> => {
  const heard = joined(await firstValueFrom(from(frames).pipe(resample({ to: 8000 }), toArray())));
  let best = 0;
  for (let lag = 0; lag < 1000; lag++) best = Math.max(best, correlation(heard.subarray(lag, lag + 8000), source));
  return best;
};

describe.each([
  ['Chromium 156, MediaRecorder.start(250)', 'mediarecorder-chromium.webm', 'webm', 1],
  ['ffmpeg 5.1, -live 1', 'ffmpeg-live-stereo.webm', 'webm', 2],
  ['opus-tools 0.2, packets of 60 ms', 'opus-tools-60ms.opus', 'ogg', 1],
] as const)('what %s wrote', (_, name, format, channels) => {
  const file = read(`test/fixtures/${name}`);

  it('is decoded whole, to the sample', async () => {
    const frames = await decoded(file);
    expect(joined(frames)).toHaveLength(72_000);
    expect(validate(file)).toEqual({ ok: true, format, sampleRate: 48_000, channels, durationMs: 1500 });
    expect(await likeness(frames)).toBeGreaterThan(0.95);
  });

  it('sounds the same however it is cut', async () => {
    const whole = joined(await decoded(file));
    for (const size of [1, 100, 777]) expect(isSame(joined(await decoded(...every(file, size))), whole)).toBe(true);
  });

  it('goes on without a gap when it is begun again in the same stream', async () => {
    const once = joined(await decoded(file));
    const frames = await decoded(file, file);
    const twice = joined(frames);
    expect(twice).toHaveLength(2 * once.length);
    expect(isSame(twice.subarray(once.length), once)).toBe(true);
    for (const [i, { position }] of frames.entries())
      if (i > 0) expect(position).toBe((frames[i - 1]?.position ?? 0) + (frames[i - 1]?.samples.length ?? 0));
  });

  it('is taken for what it has when it stops in the middle', async () => {
    const { length } = joined(await decoded(file.subarray(0, file.length * 0.9)));
    expect(length).toBeGreaterThan(20_000);
    expect(length).toBeLessThan(71_000);
  });
});

describe('the chunks of a MediaRecorder', () => {
  const chunks = cut(read('test/fixtures/mediarecorder-chromium.webm'), [775, 814, 849, 838, 1061, 665]);

  it('are decoded as they come', async () => {
    const frames = await decoded(...chunks);
    expect(isSame(joined(frames), joined(await decoded(read('test/fixtures/mediarecorder-chromium.webm'))))).toBe(true);
    expect(joined(await decoded(...chunks.slice(0, 2))).length).toBeGreaterThan(9600);
  });

  it('are refused without the first one, in words that say so', async () => {
    await expect(decoded(...chunks.slice(1))).rejects.toMatchObject({
      code: 'bad_audio',
      message: expect.stringMatching(/first chunk/),
    });
  });
});
