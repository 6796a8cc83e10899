import { concat, EMPTY, from, lastValueFrom, map, NEVER, of, Subject, throwError, timer, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { cancelEcho } from '../../../operators/audio/cancelEcho.js';
import type { AudioFrame } from '../../../src/audio.js';
import type { EchoCanceller } from '../../../src/dsp/echo/echo-canceller.js';
import { cancel, erle } from '../../echo/cancel.js';
import { quiet, scene } from '../../echo/modes.js';
import { microphone } from '../../echo/room.js';
import { marbles } from '../../marbles.js';

const frame = (position: number, length = 4, sampleRate = 24_000): AudioFrame => ({
  samples: Int16Array.from({ length }, (_, i) => position + i),
  sampleRate,
  position,
});

/** Gives each sample minus the last that the loudspeaker was given, and writes down what is asked of it. */
const subtracting = () => {
  const asked: string[] = [];
  let last = 0;
  const opened: EchoCanceller = {
    delayMs: 0,
    reference: ({ samples, position }) => {
      asked.push(`reference ${position}`);
      last = samples.at(-1) ?? 0;
    },
    process: ({ samples }) => samples.map((sample) => sample - last),
    reset: () => undefined,
    close: () => asked.push('close'),
  };
  return { asked, opened };
};

describe('cancelEcho', () => {
  it(
    'gives a frame for each frame at once, without what the loudspeaker was given',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const { opened } = subtracting();
      const near = hot('     -a-b-|', { a: { ...frame(10), vad: 'speech' }, b: frame(14) });
      const reference = hot('r-s--|', { r: frame(0), s: frame(4) });
      const nearSubs = '     ^----!';
      const expected = '     -x-y-|';
      expectObservable(near.pipe(cancelEcho(reference, { canceller: () => of(opened) }))).toBe(expected, {
        x: { ...frame(10), samples: Int16Array.of(7, 8, 9, 10), vad: 'speech' },
        y: { ...frame(14), samples: Int16Array.of(7, 8, 9, 10) },
      });
      expectSubscriptions(near.subscriptions).toBe(nearSubs);
    }),
  );

  it(
    'listens to the reference from when the canceller is there until the source ends, and holds frames meanwhile',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const { opened } = subtracting();
      const near = hot('     ab----|', { a: frame(0), b: frame(4) });
      const reference = hot('r------r', { r: frame(0) });
      const subs = '         --^---!';
      const expected = '     --(ab)|';
      const canceller = () => timer(40).pipe(map(() => opened));
      expectObservable(
        near.pipe(
          cancelEcho(reference, { canceller }),
          map(({ position }) => position),
        ),
      ).toBe(expected, { a: 0, b: 4 });
      expectSubscriptions(reference.subscriptions).toBe(subs);
    }),
  );

  it(
    'goes on when the reference ends',
    marbles(({ hot, expectObservable }) => {
      const near = hot('-a-b|', { a: frame(0), b: frame(4) });
      const out = near.pipe(
        cancelEcho(EMPTY, { canceller: () => of(subtracting().opened) }),
        map(({ position }) => position),
      );
      expectObservable(out).toBe('-a-b|', { a: 0, b: 4 });
    }),
  );

  it.each([
    ['its source', throwError(() => new Error('gone')), NEVER],
    ['the reference', NEVER, throwError(() => new Error('gone'))],
  ] as const)('errors with %s, and closes the canceller', (_, near, reference) => {
    const { asked, opened } = subtracting();
    const errors: unknown[] = [];
    near
      .pipe(cancelEcho(reference, { canceller: () => of(opened) }))
      .subscribe({ error: (error: unknown) => errors.push(error) });
    expect([errors, asked]).toEqual([[new Error('gone')], ['close']]);
  });

  it('closes the canceller when it is left, and leaves the reference', () => {
    const { asked, opened } = subtracting();
    const reference = new Subject<AudioFrame>();
    concat(of(frame(0)), NEVER)
      .pipe(cancelEcho(reference, { canceller: () => of(opened) }))
      .subscribe()
      .unsubscribe();
    expect([asked, reference.observed]).toEqual([['close'], false]);
  });

  it('lets the first canceller that comes hear the loudspeaker, and closes others', () => {
    const [first, second] = [subtracting(), subtracting()];
    const reference = new Subject<AudioFrame>();
    NEVER.pipe(cancelEcho(reference, { canceller: () => of(first.opened, second.opened) })).subscribe();
    reference.next(frame(0));
    expect([first.asked, second.asked]).toEqual([['reference 0'], ['close']]);
  });

  it('opens a canceller for each subscription', () => {
    const all: string[][] = [];
    const canceller = () => {
      const { asked, opened } = subtracting();
      all.push(asked);
      return of(opened);
    };
    const out$ = of(frame(0)).pipe(cancelEcho(of(frame(0)), { canceller }));
    out$.subscribe();
    out$.subscribe();
    expect(all).toEqual([
      ['reference 0', 'close'],
      ['reference 0', 'close'],
    ]);
  });

  it('refuses a mode that there is not, on call', () => {
    expect(() => cancelEcho(NEVER, { mode: 'weak' as 'strong' })).toThrow(RangeError);
  });

  it.each(['doubleTalk', 'strong'] as const)('cancels in mode %s, loaded by itself', async (mode) => {
    const { far, echo, sampleRate } = scene({ delayMs: 60, seconds: 5 });
    const near = microphone(echo, quiet(echo.length));
    const reference = new Subject<AudioFrame>();
    const source = new Subject<AudioFrame>();
    const out = lastValueFrom(source.pipe(cancelEcho(reference, { mode }), toArray()));
    // Listens to the reference as soon as it is loaded.
    await expect.poll(() => reference.observed, { timeout: 10_000 }).toBe(true);
    const through: EchoCanceller = {
      delayMs: 0,
      reference: (given) => reference.next(given),
      process: (heard) => {
        source.next(heard);
        return heard.samples;
      },
      reset: () => undefined,
      close: () => source.complete(),
    };
    cancel(through, { near, far, sampleRate });
    through.close();
    const frames = await out;
    const all = Int16Array.from(frames.flatMap(({ samples }) => [...samples]));
    expect(all).toHaveLength(near.length);
    expect(erle(near, all, sampleRate, 3)).toBeGreaterThan(20);
  });

  it('loses nothing that comes while it loads', async () => {
    const frames = [frame(0, 480), frame(480, 480), frame(960, 480)];
    const out = await lastValueFrom(from(frames).pipe(cancelEcho(NEVER), toArray()));
    expect(out.map(({ position, samples }) => [position, samples.length])).toEqual([
      [0, 480],
      [480, 480],
      [960, 480],
    ]);
  });
});
