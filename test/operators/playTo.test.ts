import { ignoreElements, map, NEVER, of, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type Marbles, scriptedSink } from '../../marbles/index.js';
import { type OpenSink, playTo } from '../../operators/playTo.js';
import type { PlayoutInput } from '../../src/epic.js';
import { AudioError } from '../../src/errors.js';
import type { PlayoutEvent } from '../../src/events.js';
import { toBase64 } from '../../src/wire/base64.js';
import { marbles } from '../marbles.js';

const ids = (item: string) => ({ event_id: 'e', response_id: `r-${item}`, item_id: item, output_index: 0, content_index: 0 });
const play = (samples: Int16Array, item = 'a'): PlayoutInput => ({
  type: 'response.output_audio.delta',
  ...ids(item),
  delta: toBase64(samples),
});
/** Audio of so many milliseconds at 24 kHz; all samples are `value`. */
const delta = (ms: number, item = 'a', value = 1): PlayoutInput => play(new Int16Array(ms * 24).fill(value), item);
const done = (item = 'a'): PlayoutInput => ({ type: 'response.output_audio.done', ...ids(item) });
const session = (type: 'audio/pcm' | 'audio/pcmu', rate?: number): PlayoutInput => ({
  type: 'session.updated',
  event_id: 'e',
  session: { type: 'realtime', audio: { output: { format: rate === undefined ? { type } : { type, rate } } } },
});
const created = (type: 'audio/pcm' | 'audio/pcmu'): PlayoutInput =>
  ({ ...session(type), type: 'session.created' }) as PlayoutInput;
/** Silence of so many milliseconds in µ-law. */
const mulaw = (ms: number, item = 'a'): PlayoutInput =>
  ({ ...play(new Int16Array(), item), delta: btoa('\xff'.repeat(ms * 8)) }) as PlayoutInput;
const no = new Error('no');
const fails = (): never => {
  throw no;
};
const flush: PlayoutInput = { type: 'playout.flush' };

/** What a playout reports, each with its moment: `start a@20 a 20@20 … |@60`. */
const trace = (events$: ReturnType<ReturnType<typeof playTo>>, { now, flush: run }: Pick<Marbles, 'now' | 'flush'>): string => {
  const seen: string[] = [];
  const note = (what: string): unknown => seen.push(`${what}@${now()}`);
  const write = (event: PlayoutEvent): string => {
    switch (event.type) {
      case 'playout.started':
        return `start ${event.itemId}`;
      case 'playout.progress':
        return `${event.itemId} ${event.playedMs}`;
      case 'playout.item_done':
        return `done ${event.itemId} ${event.playedMs}`;
      case 'playout.flushed':
        return `flushed ${event.items.map(({ itemId, playedMs, discardedMs }) => `${itemId} ${playedMs}+${discardedMs}`).join()}`;
      case 'playout.drained':
        return 'drained';
      case 'playout.underrun':
        return `underrun ${event.itemId} ${event.prefillMs}`;
      case 'playout.sound_started':
        return `sound ${event.id}`;
      case 'playout.sound_ended':
        return `${event.reason} ${event.id} ${event.playedMs}`;
      case 'diagnostic.malformed_event':
        return `malformed ${event.paths}`;
      default:
        return event.type;
    }
  };
  events$.subscribe({
    next: (event) => note(write(event)),
    error: (error: unknown) => note(`#${(error as AudioError).code}`),
    complete: () => note('|'),
  });
  run();
  return seen.join(' ');
};

describe('playTo', () => {
  it(
    'reports what the device took, item by item, first in, first out',
    marbles((t) => {
      const sink = scriptedSink();
      const input = t.cold('(axb)---y--|', { a: delta(40), x: done(), b: delta(60, 'b'), y: done('b') });

      expect(trace(playTo(sink.openSink)(input), t)).toBe(
        'start a@20 a 20@20 a 40@40 done a 40@40 start b@60 b 20@60 b 40@80 underrun b 90@80 b 60@100 done b 60@160 drained@160 |@220',
      );
      t.expectSubscriptions(sink.subscriptions).toBe('^----------!');
    }),
  );

  it(
    'plays all that is queued after its input has completed, and then closes the device',
    marbles((t) => {
      const sink = scriptedSink();
      const input = t.cold('(a|)', { a: delta(60) });

      expect(trace(playTo(sink.openSink)(input), t)).toBe('start a@20 a 20@20 a 40@40 a 60@60 done a 60@60 drained@60 |@60');
      t.expectSubscriptions(sink.subscriptions).toBe('^--!');
    }),
  );

  it(
    'completes at once when nothing was to be played',
    marbles((t) => {
      const sink = scriptedSink();
      t.expectObservable(playTo(sink.openSink)(t.cold('---|'))).toBe('---|');
      t.expectSubscriptions(sink.subscriptions).toBe('^--!');
    }),
  );

  it(
    'never ends, and keeps the device open, while its input goes on',
    marbles((t) => {
      const sink = scriptedSink();
      t.expectObservable(playTo(sink.openSink)(NEVER), '^----!').toBe('-----');
      t.expectSubscriptions(sink.subscriptions).toBe('^----!');
    }),
  );

  it(
    'keeps audio that comes before the device is open',
    marbles((t) => {
      const sink = scriptedSink({ opens$: t.cold('---o') });
      const input = t.cold('(a|)', { a: delta(40) });

      expect(trace(playTo(sink.openSink)(input), t)).toBe('start a@80 a 20@80 a 40@100 done a 40@100 drained@100 |@100');
    }),
  );

  it('keeps no more in the device than it asks for, in writes of at most 20 ms', () => {
    const writes: number[] = [];
    const taken$ = new Subject<number>();
    const openSink: OpenSink = () => of({ write: ({ length }) => writes.push(length), flush() {}, taken$, aheadSamples: 1440 });
    const input$ = new Subject<PlayoutInput>();
    const subscription = playTo(openSink, { prefillMs: 0 })(input$).subscribe();

    input$.next(delta(110));
    expect(writes).toEqual([480, 480, 480]);
    taken$.next(480);
    expect(writes).toEqual([480, 480, 480, 480]);
    taken$.next(1920);
    expect(writes).toEqual([480, 480, 480, 480, 480, 240]);
    subscription.unsubscribe();
  });

  it('hears out a device that takes at once, and reports once for all of it', () => {
    const taken$ = new Subject<number>();
    let taken = 0;
    const openSink: OpenSink = () =>
      of({
        write({ length }) {
          taken += length;
          taken$.next(taken);
        },
        flush() {},
        taken$,
        aheadSamples: Number.POSITIVE_INFINITY,
      });
    const seen: string[] = [];
    playTo(openSink)(of(delta(1000), done())).subscribe((event) => seen.push(event.type));
    expect(taken).toBe(24_000);
    expect(seen).toEqual(['playout.started', 'playout.progress', 'playout.item_done', 'playout.drained']);
  });

  it(
    'hands the device every sample, once and in order',
    marbles((t) => {
      const sink = scriptedSink();
      const samples = Int16Array.from({ length: 5000 }, (_, index) => index);
      const input = t.cold('(ab)-(c|)', {
        a: play(samples.subarray(0, 1)),
        b: play(samples.subarray(1, 3001)),
        c: play(samples.subarray(3001)),
      });

      playTo(sink.openSink)(input).subscribe();
      t.flush();
      expect(sink.heard()).toEqual(samples);
    }),
  );

  it(
    'throws away what the device has not taken when flushed, and tells what of it was played',
    marbles((t) => {
      const sink = scriptedSink();
      const input = t.cold('(ab)f-c|', { a: delta(200), b: delta(100, 'b'), f: flush, c: { ...delta(20, 'c', 7) } });

      expect(trace(playTo(sink.openSink)(input), t)).toBe(
        'start a@20 a 20@20 a 40@40 a 60@60 flushed a 60+140,b 0+100@80 start c@160 c 20@160 done c 20@160 drained@160 |@160',
      );
      expect(sink.heard().at(-1)).toBe(7);
    }),
  );

  it.each(['write', 'flush'] as const)('errors when %s of a sink throws', (method) =>
    marbles((t) => {
      const { openSink } = scriptedSink();
      const broken: OpenSink = (rate) =>
        openSink(rate).pipe(map((sink) => ({ ...sink, taken$: sink.taken$, aheadSamples: 1440, [method]: fails })));
      const playout$ = playTo(broken)(t.cold('-a--f', { a: delta(200), f: flush }));

      t.expectObservable(playout$.pipe(ignoreElements())).toBe(method === 'write' ? '-#' : '----#', undefined, no);
    })(),
  );

  it(
    'errors when a sink throws at the audio of an own sound',
    marbles((t) => {
      const { openSink } = scriptedSink();
      const broken: OpenSink = (rate) => openSink(rate).pipe(map((sink) => ({ ...sink, taken$: sink.taken$, write: fails })));
      const source$ = t.cold('--a', { a: new Int16Array(480) });
      const playout$ = playTo(broken)(t.cold('-p', { p: { type: 'playout.play', id: 'm', source$ } }));

      t.expectObservable(playout$).toBe('---#', undefined, no);
      t.expectSubscriptions(source$.subscriptions).toBe('-^-!');
    }),
  );

  it(
    'errors when another device cannot be opened, however it says so',
    marbles((t) => {
      const { openSink } = scriptedSink();
      const broken: OpenSink = (rate) => (rate === 8000 ? fails() : openSink(rate));
      const playout$ = playTo(broken)(t.cold('-s', { s: session('audio/pcmu') }));

      t.expectObservable(playout$).toBe('-#', undefined, no);
    }),
  );

  it(
    'passes over audio that is not base64, and says so',
    marbles((t) => {
      const sink = scriptedSink();
      const broken: PlayoutInput = { type: 'response.output_audio.delta', ...ids('a'), delta: '§§§§' };
      const input = t.cold('(ab|)', { a: broken, b: delta(20) });

      expect(trace(playTo(sink.openSink)(input), t)).toBe('malformed delta@0 start a@20 a 20@20 done a 20@20 drained@20 |@20');
    }),
  );

  it(
    'opens the device anew when the session answers at another rate',
    marbles((t) => {
      const sink = scriptedSink();
      const input = t.cold('-s-(a|)', {
        s: session('audio/pcmu'),
        a: mulaw(20),
      });

      expect(trace(playTo(sink.openSink)(input), t)).toBe('start a@80 a 20@80 done a 20@80 drained@80 |@80');
      expect(sink.rates).toEqual([24_000, 8000]);
      t.expectSubscriptions(sink.subscriptions).toBe(['^!', '-^--!']);
    }),
  );

  it(
    'keeps the device while a later session is told the format of the first, and what sounds with it',
    marbles((t) => {
      const sink = scriptedSink();
      const input = t.cold('s-(ad)c-u-(be)|', {
        s: session('audio/pcmu'),
        a: mulaw(100),
        d: done(),
        c: created('audio/pcm'),
        u: session('audio/pcmu'),
        b: mulaw(20, 'b'),
        e: done('b'),
      });

      const events = trace(playTo(sink.openSink)(input), t);
      expect(events).toContain('done a 100@');
      expect(events).toContain('done b 20@');
      expect(events).not.toMatch(/flushed|underrun|malformed/);
      expect(sink.rates).toEqual([24_000, 8000]);
      expect(sink.heard()).toEqual(new Int16Array(120 * 8));
    }),
  );

  it(
    'plays what a later session sends in a format of its own, and tells what that has cut short',
    marbles((t) => {
      const sink = scriptedSink();
      const input = t.cold('s-(ad)c(be)|', {
        s: session('audio/pcmu'),
        a: mulaw(100),
        d: done(),
        c: created('audio/pcm'),
        b: delta(20, 'b', 7),
        e: done('b'),
      });

      const events = trace(playTo(sink.openSink)(input), t);
      expect(events).toMatch(/flushed a \d+\+\d+@140 start b/);
      expect(events).toContain('done b 20');
      expect(sink.rates).toEqual([24_000, 8000, 24_000]);
      expect(sink.heard().slice(-480)).toEqual(new Int16Array(480).fill(7));
    }),
  );

  it(
    'does not change the device of what still sounds before there is audio for the other',
    marbles((t) => {
      const sink = scriptedSink();
      const input = t.cold('a-u----b|', { a: delta(100), u: session('audio/pcmu'), b: mulaw(20, 'b') });

      const events = trace(playTo(sink.openSink)(input), t);
      expect(events).toContain('a 100@100');
      expect(sink.rates).toEqual([24_000, 8000]);
    }),
  );

  it(
    'errors when the device cannot be opened, is lost, or its input errors, and closes it',
    marbles((t) => {
      const lost = new AudioError('gone', { code: 'device_lost' });
      const [unopened, losing, fine] = [
        scriptedSink({ opens$: t.cold('-#', {}, lost) }),
        scriptedSink({ lost$: t.cold('--#', {}, lost) }),
        scriptedSink(),
      ];

      t.expectObservable(playTo(unopened.openSink)(NEVER)).toBe('-#', {}, lost);
      t.expectObservable(playTo(losing.openSink)(NEVER)).toBe('--#', {}, lost);
      t.expectObservable(playTo(fine.openSink)(t.cold('---#'))).toBe('---#');
      t.expectSubscriptions(fine.subscriptions).toBe('^--!');
    }),
  );

  it(
    'plays anew for each subscriber',
    marbles((t) => {
      const sink = scriptedSink();
      const run = playTo(sink.openSink)(t.cold('(ad)|', { a: delta(20), d: done() }));
      expect(trace(run, t)).toBe('start a@20 a 20@20 done a 20@20 drained@20 |@80');
      expect(trace(run, t)).toBe('start a@100 a 20@100 done a 20@100 drained@100 |@160');
    }),
  );
});
