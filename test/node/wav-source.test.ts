import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastValueFrom, map, type Observable, take, tap, toArray } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AudioFrame, endOf } from '../../src/audio.js';
import { wavHeader } from '../../src/dsp/wav.js';
import { fileError } from '../../src/node/file.js';
import { wavSource } from '../../src/node/wav-source.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rxvox-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const ramp = (length: number): Int16Array => Int16Array.from({ length }, (_, i) => (i % 30_000) + 1);
const wavFile = (name: string, samples: Int16Array, sampleRate = 8000): string => {
  const path = join(folder, name);
  writeFileSync(path, Buffer.concat([wavHeader(sampleRate, samples.length), new Uint8Array(samples.buffer)]));
  return path;
};
const all = <T>(source: Observable<T>): Promise<T[]> => lastValueFrom(source.pipe(toArray()), { defaultValue: [] });
const failure = (source: Observable<unknown>): Promise<unknown> => all(source).catch((error: unknown) => error);
const samplesOf = (frames: readonly AudioFrame[]): number[] => frames.flatMap((frame) => [...frame.samples]);
/** None where there is no /proc. */
const openFiles = (path: string): number =>
  (existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd') : []).filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === path;
    } catch {
      return false;
    }
  }).length;
const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
};

describe('wavSource', () => {
  it('emits every sample once, in order, and the tail after them', async () => {
    const samples = ramp(100_000); // more than two blocks of the file
    const frames = await all(wavSource(wavFile('long.wav', samples), { pace: 'fast', tailMs: 50 }));
    expect(samplesOf(frames)).toEqual([...samples, ...new Array(400).fill(0)]);
    frames.reduce((end, frame) => {
      expect(frame.position).toBe(end);
      return endOf(frame);
    }, 0);
  });

  it('cuts frames of chunkMs at the rate of the file, the last one shorter', async () => {
    const frames = await all(wavSource(wavFile('cut.wav', ramp(250), 16_000), { pace: 'fast', tailMs: 0, chunkMs: 5 }));
    expect(frames.map(({ samples }) => samples.length)).toEqual([80, 80, 80, 10]);
    expect(frames.every(({ sampleRate }) => sampleRate === 16_000)).toBe(true);
  });

  it('ends with a second of silence by default', async () => {
    const frames = await all(wavSource(wavFile('tail.wav', ramp(160)), { pace: 'fast' }));
    expect(samplesOf(frames)).toHaveLength(160 + 8000);
  });

  it('emits only the tail of a file without samples', async () => {
    const frames = await all(wavSource(wavFile('none.wav', ramp(0)), { pace: 'fast', tailMs: 40 }));
    expect(samplesOf(frames)).toEqual(new Array(320).fill(0));
  });

  it('is never ahead of real time', async () => {
    const started = performance.now();
    const late = await all(
      wavSource(wavFile('paced.wav', ramp(1600)), { tailMs: 100 }).pipe(
        map((frame) => performance.now() - started - (endOf(frame) * 1000) / frame.sampleRate),
      ),
    );
    expect(late).toHaveLength(15);
    expect(Math.min(...late)).toBeGreaterThan(-2); // a timer of Node may be early by one
  });

  it('catches up after its consumer was busy', { retry: 3 }, async () => {
    const stall = (ms: number): void => {
      const end = performance.now() + ms;
      while (performance.now() < end);
    };
    const started = performance.now();
    await all(wavSource(wavFile('busy.wav', ramp(4800)), { tailMs: 0 }).pipe(tap((frame) => frame.position === 0 && stall(300))));
    expect(performance.now() - started).toBeLessThan(800); // 600 ms of audio; 880 by interval
  });

  it('closes the file when it completes', async () => {
    const path = wavFile('complete.wav', ramp(100));
    await all(wavSource(path, { pace: 'fast', tailMs: 0 }));
    await until(() => openFiles(path) === 0);
  });

  it('closes the file when it is unsubscribed from, at once and later', async () => {
    const path = wavFile('early.wav', ramp(100_000));
    wavSource(path).subscribe().unsubscribe();
    expect(await all(wavSource(path).pipe(take(2)))).toHaveLength(2);
    await until(() => openFiles(path) === 0);
  });

  it('reads no further than it is asked to', async () => {
    // Would take gigabytes if it were read whole.
    const frames = await all(wavSource(endless(), { pace: 'fast' }).pipe(take(100)));
    expect(frames).toHaveLength(100);
  });

  it('reads the file anew for each subscription', async () => {
    const source = wavSource(wavFile('twice.wav', ramp(500)), { pace: 'fast', tailMs: 10 });
    expect(await all(source)).toEqual(await all(source));
  });

  it.each([
    ['a file that is not there', () => join(folder, 'nowhere.wav'), /no such file/],
    ['a folder', () => folder, /folder/],
    ['a path through a file', () => join(wavFile('plain.wav', ramp(1)), 'x.wav'), /not a folder/],
  ])('errors with one clear line on %s', async (_, path, what) => {
    const error = await failure(wavSource(path()));
    expect(error).toMatchObject({ _tag: 'AudioError', code: 'file', retryable: false });
    expect((error as Error).message).toMatch(what);
    expect((error as Error).message).toContain(path());
    expect((error as Error).message).not.toContain('\n');
  });

  it('errors with one clear line on a file that may not be read', () => {
    // root may read everything, so the system's word is taken as given
    const error = fileError('read', 'secret.wav', Object.assign(new Error('EACCES: …'), { code: 'EACCES' }));
    expect(error).toMatchObject({ _tag: 'AudioError', code: 'file', message: 'cannot read secret.wav: permission denied' });
  });

  it('errors with bad_wav and the path on a file of another format', async () => {
    const path = join(folder, 'text.wav');
    writeFileSync(path, 'this is no audio at all');
    const error = await failure(wavSource(path));
    expect(error).toMatchObject({ _tag: 'AudioError', code: 'bad_wav' });
    expect((error as Error).message).toMatch(new RegExp(`^${path}[^\n]*$`));
  });

  it.each([{ chunkMs: 0 }, { chunkMs: Number.NaN }, { tailMs: -1 }, { tailMs: Number.POSITIVE_INFINITY }])(
    'refuses %o on call',
    (config) => {
      expect(() => wavSource('x.wav', config)).toThrow(RangeError);
    },
  );
});

/** A file of 3.9 GiB that takes no room on the disk. */
const endless = (): string => {
  const path = join(folder, 'endless.wav');
  writeFileSync(path, wavHeader(24_000, 2 ** 31));
  truncateSync(path, 0xf0000000);
  return path;
};
