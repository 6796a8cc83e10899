import {
  defer,
  ignoreElements,
  map,
  merge,
  mergeMap,
  NEVER,
  type Observable,
  of,
  Subject,
  takeUntil,
  tap,
  throwError,
  timer,
  toArray,
} from 'rxjs';
import { describe, expect, it } from 'vitest';
import { scriptedSink } from '../../../marbles/index.js';
import { withReference } from '../../../operators/audio/withReference.js';
import type { AudioSink, OpenSink } from '../../../operators/playTo.js';
import { survivingSink } from '../../../operators/survivingSink.js';
import { type AudioFrame, endOf } from '../../../src/audio.js';
import { AudioError } from '../../../src/errors.js';
import { marbles } from '../../marbles.js';

const counting = (length: number, first = 0): Int16Array => Int16Array.from({ length }, (_, i) => first + i);

/** A sink that does nothing but say what its device is given. */
const sinkWith = (reference$: Observable<AudioFrame>): AudioSink => ({
  write: () => undefined,
  flush: () => undefined,
  taken$: NEVER,
  aheadSamples: 1440,
  reference$,
});

describe('withReference', () => {
  it(
    'says what was taken of what was written, in order, with silence as a jump',
    marbles(({ expectObservable }) => {
      const script = scriptedSink();
      const { open, reference$ } = withReference(script.openSink);
      const playing$ = open(1000).pipe(
        mergeMap((sink) => {
          const later$ = timer(400).pipe(tap(() => sink.write(counting(30, 500))));
          return merge(sink.taken$.pipe(tap({ subscribe: () => sink.write(counting(50)) })), later$);
        }),
        ignoreElements(),
      );
      const frames$ = merge(reference$, playing$).pipe(takeUntil(timer(600)));
      const told$ = frames$.pipe(
        toArray(),
        map((frames) => ({
          samples: frames.flatMap(({ samples }) => [...samples]),
          gaps: frames.slice(1).map(({ position }, i) => position - endOf(frames[i] as AudioFrame)),
        })),
      );
      // 50 samples sound until 60 ms, 30 from 400 ms on; they are taken in 20 ms.
      expectObservable(told$).toBe('600ms (x|)', {
        x: { samples: [...counting(50), ...counting(30, 500)], gaps: [0, 0, 350, 0] },
      });
    }),
  );

  it('forgets what is thrown away', () => {
    const taken$ = new Subject<number>();
    const sink: AudioSink = { write: () => undefined, flush: () => taken$.next(7), taken$, aheadSamples: 100 };
    const { open, reference$ } = withReference(() => of(sink));
    const told: number[] = [];
    const listening = reference$.subscribe(({ samples }) => told.push(...samples));
    const playing = open(1000)
      .pipe(
        mergeMap((opened) => {
          const wrote = tap({
            subscribe: () => {
              opened.write(counting(20));
              taken$.next(5);
              opened.flush();
              opened.write(counting(3, 100));
              taken$.next(10);
            },
          });
          return merge(opened.taken$, of(0).pipe(wrote));
        }),
      )
      .subscribe();
    expect(told).toEqual([0, 1, 2, 3, 4, 5, 6, 100, 101, 102]);
    playing.unsubscribe();
    listening.unsubscribe();
  });

  it('believes a sink that says it itself, while that is open', () => {
    const given = new Subject<AudioFrame>();
    const { open, reference$ } = withReference(() => merge(of(sinkWith(given)), NEVER));
    const told: AudioFrame[] = [];
    const listening = reference$.subscribe((frame) => told.push(frame));
    const playing = open(1000).subscribe();
    const frame = { samples: counting(4), sampleRate: 1000, position: 12 };
    given.next(frame);
    playing.unsubscribe();
    expect(told).toEqual([frame]);
    expect(given.observed).toBe(false);
    listening.unsubscribe();
  });

  it('does not let who plays fail with what others listen to', () => {
    const errors: unknown[] = [];
    const opened: AudioSink[] = [];
    const { open } = withReference(() => merge(of(sinkWith(throwError(() => new Error('no')))), NEVER));
    open(1000)
      .subscribe({ next: (sink) => opened.push(sink), error: (error: unknown) => errors.push(error) })
      .unsubscribe();
    expect([opened.length, errors]).toEqual([1, []]);
  });

  it('errors with a sink that cannot be opened', () => {
    const errors: unknown[] = [];
    withReference(() => throwError(() => new AudioError('none', { code: 'no_device' })))
      .open(1000)
      .subscribe({ error: (error: unknown) => errors.push(error) });
    expect(errors).toMatchObject([{ code: 'no_device' }]);
  });

  it(
    'follows a loudspeaker that is opened again',
    marbles(({ cold, expectObservable }) => {
      const lost = new AudioError('pulled out', { code: 'device_lost', retryable: true });
      const frames = [1, 2].map((value) => ({ samples: Int16Array.of(value), sampleRate: 1000, position: 0 }));
      const first = cold('-a', { a: frames[0] as AudioFrame });
      const second = cold('--b', { b: frames[1] as AudioFrame });
      let openings = 0;
      const openSink: OpenSink = () =>
        defer(() => {
          openings += 1;
          return openings === 1
            ? merge(of(sinkWith(first)), cold<never>('1200ms #', {}, lost))
            : merge(of(sinkWith(second)), NEVER);
        });
      const { open, reference$ } = withReference(survivingSink([{ device: 'a', openSink }]));
      const out = merge(reference$, open(1000).pipe(ignoreElements()));
      expectObservable(out, '^ 1500ms !').toBe('-a 1160ms --b', { a: frames[0], b: frames[1] });
    }),
  );
});
