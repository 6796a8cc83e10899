import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { from, lastValueFrom, type Observable, of, timer, toArray } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AudioSink } from '../../operators/playTo.js';
import { clock } from '../../src/clock.js';
import { endWav, readWav, wavStart } from '../../src/dsp/wav.js';
import type { PlayoutInput } from '../../src/epic.js';
import { openWavSink, wavSink } from '../../src/node/wav-sink.js';
import { marbles } from '../marbles.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rxvox-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const ramp = (length: number, first = 1): Int16Array => Int16Array.from({ length }, (_, i) => first + i);
const read = (path: string): { sampleRate: number; samples: number[] } => {
  const [state, samples] = readWav(wavStart, readFileSync(path));
  return { sampleRate: endWav(state).sampleRate, samples: [...samples] };
};
const all = <T>(value$: Observable<T>): Promise<T[]> => lastValueFrom(value$.pipe(toArray()), { defaultValue: [] });

/** An open sink and what it says; `close` unsubscribes. */
const opened = (path: string, pace: 'realtime' | 'fast', sampleRate = 1000) => {
  const totals: number[] = [];
  const errors: unknown[] = [];
  let sink: AudioSink | undefined;
  const subscription = openWavSink(path, { pace })(sampleRate).subscribe({
    next: (one) => {
      sink = one;
    },
    error: (error: unknown) => errors.push(error),
  });
  subscription.add(
    sink?.taken$.subscribe({ next: (total) => totals.push(total), error: (error: unknown) => errors.push(error) }),
  );
  return { sink, totals, errors, close: () => subscription.unsubscribe() };
};
/** In virtual time. */
const at = (ms: number, action: () => void): void => {
  timer(ms).subscribe({ next: action, error: expect.fail });
};
const spoken = (samples: Int16Array): PlayoutInput[] => {
  const place = { event_id: 'event_1', response_id: 'resp_1', item_id: 'item_1', output_index: 0, content_index: 0 };
  return [
    { type: 'response.output_audio.delta', ...place, delta: Buffer.from(samples.slice().buffer).toString('base64') },
    { type: 'response.output_audio.done', ...place },
  ];
};

describe('openWavSink', () => {
  it('takes all at once at fast pace, and the file is right after each write', () => {
    const path = join(folder, 'fast.wav');
    const { sink, totals, close } = opened(path, 'fast');
    expect(read(path)).toEqual({ sampleRate: 1000, samples: [] });
    sink?.write(ramp(100));
    expect(read(path).samples).toEqual([...ramp(100)]);
    sink?.write(ramp(50, 101));
    expect(read(path).samples).toEqual([...ramp(150)]);
    expect(readFileSync(path)).toHaveLength(44 + 300);
    expect(totals).toEqual([100, 150]);
    close();
  });

  it(
    'takes 20 ms every 20 ms at realtime pace, from the first write after a silence',
    marbles(() => {
      const path = join(folder, 'paced.wav');
      const { sink, totals, close } = opened(path, 'realtime');
      const seen: [number, number][] = [];
      sink?.taken$.subscribe({ next: (total) => seen.push([clock.now(), total]), error: expect.fail });
      at(100, () => sink?.write(ramp(50)));
      at(300, () => sink?.write(ramp(10, 51)));
      at(1000, () => {
        expect(seen).toEqual([
          [120, 20],
          [140, 40],
          [160, 50],
          [320, 60],
        ]);
        expect(totals.at(-1)).toBe(60);
        expect(read(path).samples).toEqual([...ramp(60)]);
        close();
      });
    }),
  );

  it(
    'throws away at a flush what it has not taken',
    marbles(() => {
      const path = join(folder, 'flushed.wav');
      const { sink, totals, close } = opened(path, 'realtime');
      at(0, () => sink?.write(ramp(1000)));
      at(50, () => sink?.flush());
      at(500, () => sink?.write(Int16Array.of(7, 8)));
      at(1000, () => {
        expect(read(path).samples).toEqual([...ramp(40), 7, 8]);
        expect(totals).toEqual([20, 40, 42]);
        close();
      });
    }),
  );

  it(
    'is a whole file when it is unsubscribed from early',
    marbles(() => {
      const path = join(folder, 'early.wav');
      const { sink, close } = opened(path, 'realtime');
      sink?.write(ramp(1000));
      at(70, close);
      at(2000, () => expect(read(path).samples).toEqual([...ramp(60)]));
    }),
  );

  it.each([
    ['a folder that is not there', () => join(folder, 'nowhere', 'x.wav'), /no such file or folder/],
    ['a folder', () => folder, /it is a folder/],
  ])('errors with one clear line on %s', (_, path, what) => {
    const { errors, sink } = opened(path(), 'fast');
    expect(sink).toBeUndefined();
    expect(errors).toMatchObject([{ _tag: 'AudioError', code: 'file', message: expect.stringMatching(what) }]);
    expect((errors[0] as Error).message).toContain(path());
  });

  it.skipIf(process.platform !== 'linux')('errors when the disk is full', () => {
    const { errors, sink } = opened('/dev/full', 'fast');
    sink?.write(ramp(3));
    expect(errors[0]).toMatchObject({ code: 'file', message: 'cannot write /dev/full: the disk is full' });
  });

  it('leaves what stood in the file alone until there is something else', () => {
    const path = join(folder, 'precious.wav');
    writeFileSync(path, 'precious');
    const { sink, close } = opened(path, 'fast');
    expect(readFileSync(path, 'utf8')).toBe('precious');
    sink?.write(ramp(3));
    close();
    expect(read(path).samples).toEqual([1, 2, 3]);
  });

  it('makes a file for each subscription', () => {
    const first = opened(join(folder, 'a.wav'), 'fast');
    const second = opened(join(folder, 'b.wav'), 'fast');
    first.sink?.write(ramp(3));
    expect([read(join(folder, 'a.wav')).samples, read(join(folder, 'b.wav')).samples]).toEqual([[1, 2, 3], []]);
    first.close();
    second.close();
  });
});

describe('wavSink', () => {
  it.each(['fast', 'realtime'] as const)('is a playout that leaves the whole answer in the file, at %s pace', async (pace) => {
    const path = join(folder, `answer-${pace}.wav`);
    const answer = ramp(5000);
    const events = await all(wavSink(path, { pace })(from(spoken(answer))));
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['playout.started', 'playout.item_done', 'playout.drained']),
    );
    expect(read(path)).toEqual({ sampleRate: 24_000, samples: [...answer] });
  });

  it('plays in real time by default', async () => {
    const started = performance.now();
    await all(wavSink(join(folder, 'paced-answer.wav'))(from(spoken(ramp(7200)))));
    expect(performance.now() - started).toBeGreaterThan(280);
  });

  it('errors with AudioError when the file cannot be written', async () => {
    await expect(all(wavSink(folder)(of()))).rejects.toMatchObject({ _tag: 'AudioError', code: 'file' });
  });
});
