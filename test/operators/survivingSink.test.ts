import fc from 'fast-check';
import {
  concat,
  defer,
  ignoreElements,
  map,
  merge,
  mergeMap,
  NEVER,
  type Observable,
  of,
  Subject,
  tap,
  throwError,
  timer,
} from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type Marbles, type ScriptedSink, type ScriptedSinkConfig, scriptedSink } from '../../marbles/index.js';
import { type AudioSink, type OpenSink, playTo } from '../../operators/playTo.js';
import { type AudioOutput, type SurvivingSinkConfig, survivingSink } from '../../operators/survivingSink.js';
import type { PlayoutInput } from '../../src/epic.js';
import { AudioError } from '../../src/errors.js';
import type { PlayoutEvent } from '../../src/events.js';
import { toBase64 } from '../../src/wire/base64.js';
import { marbles } from '../marbles.js';

const lost = new AudioError('pulled out', { code: 'device_lost', retryable: true });
const absent = new AudioError('no such device', { code: 'no_device' });

/** Lost so many milliseconds after it was opened. */
const lostAfter = (ms: number): ScriptedSinkConfig => ({
  lost$: concat(
    timer(ms),
    throwError(() => lost),
  ),
});
const gone: ScriptedSinkConfig = { opens$: throwError(() => absent) };

/** A device that is another sink at each opening, and then the last for ever; with the moments at which it was opened. */
const device = (name: string, now: () => number, ...configs: readonly ScriptedSinkConfig[]) => {
  const openedAt: number[] = [];
  const sinks: ScriptedSink[] = [];
  const openSink: OpenSink = (sampleRate) =>
    defer(() => {
      const sink = scriptedSink(configs[Math.min(openedAt.length, configs.length - 1)]);
      openedAt.push(now());
      sinks.push(sink);
      return sink.openSink(sampleRate);
    });
  const heard = (): number[] => sinks.flatMap((sink) => [...sink.heard()]);
  return { device: name, openSink, openedAt, sinks, heard } satisfies AudioOutput & Record<string, unknown>;
};

const ids = (item: string) => ({ event_id: 'e', response_id: `r-${item}`, item_id: item, output_index: 0, content_index: 0 });
/** Audio of so many milliseconds at 24 kHz that counts up from 1. */
const counted = (ms: number, from = 1): Int16Array => Int16Array.from({ length: 24 * ms }, (_, i) => from + i);
const play = (samples: Int16Array, item = 'a'): PlayoutInput => ({
  type: 'response.output_audio.delta',
  ...ids(item),
  delta: toBase64(samples),
});
const done = (item = 'a'): PlayoutInput => ({ type: 'response.output_audio.done', ...ids(item) });

const write = (event: PlayoutEvent): string => {
  switch (event.type) {
    case 'playout.progress':
      return `${event.playedMs}`;
    case 'playout.flushed':
      return `flushed ${event.items.map(({ playedMs, discardedMs }) => `${playedMs}+${discardedMs}`).join()}`;
    case 'audio.device_lost':
      return `lost ${event.device} ${event.direction} ${event.error.code}`;
    case 'audio.device_restored':
      return `${event.device} back ${event.gapMs}`;
    default:
      return event.type.slice(event.type.indexOf('.') + 1);
  }
};
/** What a playout over these devices reports in so many milliseconds, each with its moment. */
const trace = (
  devices: readonly [AudioOutput, ...AudioOutput[]],
  input: Parameters<ReturnType<typeof playTo>>[0],
  { now, flush, config, ms = 10_000 }: Pick<Marbles, 'now' | 'flush'> & { config?: SurvivingSinkConfig; ms?: number },
): string[] => {
  const seen: string[] = [];
  const note = (what: string): unknown => seen.push(`${what}@${now()}`);
  const playing = playTo(survivingSink(devices, config), { prefillMs: 0 })(input).subscribe({
    next: (event) => note(write(event)),
    error: (error: unknown) => note(`#${(error as AudioError).code}`),
    complete: () => note('|'),
  });
  timer(ms).subscribe(() => playing.unsubscribe());
  flush();
  return seen;
};

describe('survivingSink', () => {
  it(
    'is the device, while that works',
    marbles((t) => {
      const speaker = device('speaker', t.now, {});
      const input = t.cold('(ab|)', { a: play(counted(60)), b: done() });
      expect(trace([speaker], input, t)).toEqual(['started@20', '20@20', '40@40', '60@60', 'item_done@60', 'drained@60', '|@60']);
      expect(speaker.heard()).toEqual([...counted(60)]);
      t.expectSubscriptions(speaker.sinks[0]?.subscriptions ?? []).toBe('^--!');
    }),
  );

  it(
    'goes on at the first sample that was not taken, on the same device',
    marbles((t) => {
      const speaker = device('speaker', t.now, lostAfter(50), { opens$: timer(400) });
      const input = t.cold('(ab|)', { a: play(counted(100)), b: done() });
      expect(trace([speaker], input, t)).toEqual([
        'started@20',
        '20@20',
        '40@40',
        'lost speaker output device_lost@50',
        'speaker back 400@450',
        '60@470',
        '80@490',
        '100@510',
        'item_done@510',
        'drained@510',
        '|@510',
      ]);
      expect(speaker.heard()).toEqual([...counted(100)]);
    }),
  );

  it(
    'goes on with the default device where the same is gone',
    marbles((t) => {
      const speaker = device('speaker', t.now, lostAfter(50), gone);
      const fallback = device('default', t.now, {});
      const input = t.cold('(ab|)', { a: play(counted(100)), b: done() });
      expect(trace([speaker, fallback], input, t)).toEqual(expect.arrayContaining(['default back 0@50', '60@70', '|@110']));
      expect([...speaker.heard(), ...fallback.heard()]).toEqual([...counted(100)]);
    }),
  );

  it(
    'tries again and again, at once, then after 200 ms doubled up to 2 s',
    marbles((t) => {
      const speaker = device('speaker', t.now, lostAfter(1500), gone);
      const fallback = device('default', t.now, gone);
      expect(trace([speaker, fallback], NEVER, { ...t, ms: 9000 })).toEqual(['lost speaker output device_lost@1500']);
      const times = [1500, 1700, 2100, 2900, 4500, 6500, 8500];
      expect(speaker.openedAt).toEqual([0, ...times]);
      expect(fallback.openedAt).toEqual(times);
    }),
  );

  it(
    'does not try without a break what opens and is lost at once',
    marbles((t) => {
      const speaker = device('speaker', t.now, lostAfter(1500), lostAfter(10));
      trace([speaker], NEVER, { ...t, ms: 6000 });
      expect(speaker.openedAt).toEqual([0, 1500, 1710, 2120, 2930, 4540]);
    }),
  );

  it(
    'keeps what was not heard of a loudspeaker that comes back long after, and takes what came meanwhile',
    marbles((t) => {
      const speaker = device('speaker', t.now, lostAfter(30), gone, gone, gone, gone, {});
      const input = t.cold('a 2000ms (bc|)', { a: play(counted(100)), b: play(counted(100, 2401)), c: done() });
      const seen = trace([speaker], input, t);
      expect(seen.at(-1)).toMatch(/^\|@/);
      expect(seen).toContain('200@3210');
      expect(speaker.heard()).toEqual([...counted(200)]);
    }),
  );

  it(
    'counts as heard what the device took, when the user interrupts while there is none; what was thrown away is not played afterwards',
    marbles((t) => {
      const speaker = device('speaker', t.now, lostAfter(50), { opens$: timer(400) });
      const input = t.cold('a 200ms f 500ms (bc|)', {
        a: play(counted(100)),
        f: { type: 'playout.flush' } as const,
        b: play(counted(20, 9001), 'b'),
        c: done('b'),
      });
      expect(trace([speaker], input, t)).toContain('flushed 40+60@220');
      expect(speaker.heard()).toEqual([...counted(40), ...counted(20, 9001)]);
    }),
  );

  it(
    'hands writes and flushes to the device that is open, and none to one that is lost',
    marbles((t) => {
      const calls: string[] = [];
      const taken$ = new Subject<number>();
      const spy = (name: string): AudioSink => ({
        write: (samples) => calls.push(`${name} ${samples.length}@${t.now()}`),
        flush() {
          calls.push(`${name} flushed@${t.now()}`);
          taken$.next(30);
        },
        taken$,
        aheadSamples: 1,
      });
      const first$ = concat(
        of(spy('first')),
        timer(1500).pipe(ignoreElements()),
        throwError(() => lost),
      );
      const second$ = timer(100).pipe(map(() => spy('second')));
      const openings = [first$, second$];
      const totals: number[] = [];
      const kept$ = survivingSink([{ device: 'speaker', openSink: () => defer(() => openings.shift() ?? NEVER) }])(24_000);
      const playing = kept$
        .pipe(
          mergeMap((sink) =>
            merge(
              timer(20).pipe(tap(() => sink.write(new Int16Array(100)))),
              timer(40).pipe(tap(() => sink.flush())),
              timer(1540).pipe(tap(() => sink.write(new Int16Array(50)))),
              sink.taken$.pipe(tap((total) => totals.push(total))),
            ),
          ),
        )
        .subscribe();
      timer(2000).subscribe(() => playing.unsubscribe());
      t.flush();
      expect(calls).toEqual(['first 100@20', 'first flushed@40', 'second 50@1600']);
      expect(totals).toEqual([30]);
    }),
  );

  it(
    'goes on from the very sample after a pause that went on while the device was lost',
    marbles((t) => {
      const speaker = device('speaker', t.now, lostAfter(50), { opens$: timer(100) });
      const input = t.cold('a 30ms p 300ms (rd|)', {
        a: play(counted(100)),
        p: { type: 'playout.pause' } as const,
        r: { type: 'playout.resume' } as const,
        d: done(),
      });
      trace([speaker], input, t);
      expect(speaker.heard()).toEqual([...counted(100)]);
    }),
  );

  it(
    'errors when the device cannot be opened in the first place, or is lost before it has taken anything',
    marbles((t) => {
      const fallback = device('default', t.now, {});
      expect(trace([device('speaker', t.now, gone), fallback], NEVER, t)).toEqual(['#no_device@0']);
      expect(trace([device('speaker', t.now, lostAfter(90)), fallback], NEVER, { ...t, ms: 500 })[0]).toMatch(/^#device_lost/);
      expect(fallback.openedAt).toEqual([]);
    }),
  );

  it(
    'errors with what was lost when nothing is to be had in time',
    marbles((t) => {
      const speaker = device('speaker', t.now, lostAfter(1500), gone);
      expect(trace([speaker], NEVER, { ...t, config: { giveUpMs: 3000 } })).toEqual([
        'lost speaker output device_lost@1500',
        '#device_lost@4500',
      ]);
    }),
  );

  it(
    'errors at once where it is not to try',
    marbles((t) => {
      const speaker = device('speaker', t.now, lostAfter(1500));
      expect(trace([speaker], NEVER, { ...t, config: { giveUpMs: 0 } })).toEqual(['#device_lost@1500']);
    }),
  );

  it('lets the device take every sample once and in order, whatever is lost', () => {
    const life = fc.record({
      worksMs: fc.integer({ min: 2, max: 60 }).map((n) => 20 * n + 3),
      awayMs: fc.nat(40).map((n) => 20 * n + 7),
    });
    const piece = fc.record({ length: fc.integer({ min: 1, max: 900 }), at: fc.nat(3000) });
    fc.assert(
      fc.property(fc.array(life, { maxLength: 5 }), fc.array(piece, { minLength: 1 }), (lives, pieces) => {
        marbles((t) => {
          const configs = lives.map(({ worksMs, awayMs }, i) => ({
            ...lostAfter(worksMs),
            opens$: i === 0 ? of(0) : timer(awayMs),
          }));
          const speaker = device('speaker', t.now, ...configs, {});
          const totals: number[] = [];
          const writes = (sink: AudioSink): Observable<unknown>[] =>
            pieces.map(({ length, at }, i) => timer(at).pipe(tap(() => sink.write(new Int16Array(length).fill(i)))));
          const playing = survivingSink([speaker])(24_000)
            .pipe(
              // So that nobody can say that it has not worked.
              tap((sink) => sink.write(Int16Array.of(-1))),
              mergeMap((sink) => merge(sink.taken$.pipe(tap((total) => totals.push(total))), ...writes(sink))),
            )
            .subscribe();
          timer(60_000).subscribe(() => playing.unsubscribe());
          t.flush();
          const order = pieces.map(({ length, at }, i) => ({ length, at, i })).toSorted((a, b) => a.at - b.at);
          const written = order.flatMap(({ length, i }) => Array<number>(length).fill(i));
          expect(speaker.heard()).toEqual([-1, ...written]);
          expect(totals.at(-1)).toBe(written.length + 1);
        })();
      }),
      { numRuns: 100 },
    );
  });

  it('refuses a time below 0', () => {
    expect(() => survivingSink([{ device: 'speaker', openSink: () => NEVER }], { giveUpMs: -1 })).toThrow(RangeError);
  });
});
