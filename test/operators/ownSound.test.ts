import { concat, NEVER, Observable, of, Subject, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type Marbles, scriptedSink } from '../../marbles/index.js';
import { playTo } from '../../operators/playTo.js';
import type { AudioFrame } from '../../src/audio.js';
import { loadResampler } from '../../src/dsp/resampler.js';
import type { PlayoutInput } from '../../src/epic.js';
import type { PlayoutEvent, PlayoutPlay } from '../../src/events.js';
import { toBase64 } from '../../src/wire/base64.js';
import { marbles } from '../marbles.js';

const resampler = await loadResampler();

const ids = { event_id: 'e', response_id: 'r', item_id: 'a', output_index: 0, content_index: 0 };
const samples = (ms: number, value: number): Int16Array => new Int16Array(ms * 24).fill(value);
const speech = (ms: number, value = 100): PlayoutInput => ({
  type: 'response.output_audio.delta',
  ...ids,
  delta: toBase64(samples(ms, value)),
});
const done: PlayoutInput = { type: 'response.output_audio.done', ...ids };
const sound = (source$: PlayoutPlay['source$'], config: Partial<PlayoutPlay> = {}): PlayoutInput => ({
  type: 'playout.play',
  id: 'm',
  source$,
  ...config,
});
const flush: PlayoutInput = { type: 'playout.flush' };
const pause: PlayoutInput = { type: 'playout.pause' };
const resume: PlayoutInput = { type: 'playout.resume' };
const duck: PlayoutInput = { type: 'playout.duck', gain: 0.5 };
const stop: PlayoutInput = { type: 'playout.stop', id: 'm' };
const session = (type: 'audio/pcmu'): PlayoutInput => ({
  type: 'session.updated',
  event_id: 'e',
  session: { type: 'realtime', audio: { output: { format: { type } } } },
});

/** What it reports of sounds and of the ends of items, each with its moment. */
const trace = (events$: Observable<PlayoutEvent>, { now, flush }: Pick<Marbles, 'now' | 'flush'>): string => {
  const seen: string[] = [];
  const note = (what: string): unknown => seen.push(`${what}@${now()}`);
  events$.subscribe({
    next(event) {
      if (event.type === 'playout.sound_started') note(`sound ${event.id}`);
      if (event.type === 'playout.sound_ended') note(`${event.reason} ${event.id} ${event.playedMs}`);
      if (event.type === 'playout.started') note('start');
      if (event.type === 'playout.item_done') note(`done ${event.playedMs}`);
      if (event.type === 'playout.underrun') note('underrun');
      if (event.type === 'playout.flushed') note(`flushed ${event.items.map(({ playedMs }) => playedMs)}`);
    },
    complete: () => note('|'),
  });
  flush();
  return seen.join(' ');
};
/** Values of the samples, each with how many milliseconds of it there are in a row: `100 20 150 40`. */
const runs = (heard: Int16Array): string => {
  const all: { readonly value: number; count: number }[] = [];
  for (const value of heard) {
    const last = all.at(-1);
    if (last?.value === value) last.count++;
    else all.push({ value, count: 1 });
  }
  return all
    .filter(({ count }) => count >= 24)
    .map(({ value, count }) => `${value}x${Math.round(count / 24)}`)
    .join(' ');
};

describe('an own sound', () => {
  it(
    'plays alone where there is no speech, and tells when it began and ended',
    marbles((t) => {
      const sink = scriptedSink();
      const input = t.cold('-p', { p: sound(of(samples(100, 50))) });
      expect(trace(playTo(sink.openSink)(input), t)).toBe('sound m@40 completed m 100@120');
      expect(runs(sink.heard())).toBe('50x100');
    }),
  );

  it(
    'is mixed with speech, as loud as it is, when told so',
    marbles((t) => {
      const sink = scriptedSink();
      const input = t.cold('(psd)', { p: sound(of(samples(200, 50)), { under: 'mix', gain: 0.5 }), s: speech(100), d: done });
      expect(trace(playTo(sink.openSink)(input), t)).toBe('sound m@20 start@80 done 100@160 completed m 200@200');
      expect(runs(sink.heard())).toBe('25x60 125x100 25x40');
    }),
  );

  it(
    'is 14 dB softer under speech, from the moment that speech arrives, and rises again slowly',
    marbles((t) => {
      const sink = scriptedSink();
      const input = t.cold('p--------(sd)', { p: sound(of(samples(1200, 1000))), s: speech(200, 0), d: done });
      playTo(sink.openSink)(input).subscribe();
      t.flush();
      const heard = sink.heard();
      const at = (ms: number): number | undefined => heard[ms * 24];
      // 160 ms were heard and 60 ms more were written when it arrived
      expect([at(219), at(240), at(300), at(459)]).toEqual([1000, 200, 200, 200]);
      // 40 ms more were written when the last of the speech was taken, at 420 ms
      expect(heard.indexOf(1000, 300 * 24) / 24).toBeCloseTo(460 + 400, 0);
      const steps = [...heard].slice(1, -1).map((value, index) => Math.abs(value - (heard[index] as number)));
      expect(Math.max(...steps)).toBeLessThanOrEqual(3);
    }),
  );

  it(
    'goes on at the very sample when speech is flushed, and speech is cut where it was heard',
    marbles((t) => {
      const sink = scriptedSink();
      const music = Int16Array.from({ length: 9600 }, (_, index) => index);
      const input = t.cold('(ps)----f', {
        p: sound(of(music), { under: 'mix' }),
        s: speech(300, 0),
        f: flush,
      });
      expect(trace(playTo(sink.openSink)(input), t)).toBe('sound m@20 start@80 flushed 80@160 completed m 400@420');
      expect(sink.heard()).toEqual(music);
    }),
  );

  it(
    'stands still while the playout is paused, and goes on from the very sample',
    marbles((t) => {
      const sink = scriptedSink();
      const music = Int16Array.from({ length: 4800 }, (_, index) => index);
      const input = t.cold('p----z----y', { p: sound(of(music)), z: pause, y: resume });
      expect(trace(playTo(sink.openSink)(input), t)).toBe('sound m@20 completed m 200@320');
      expect(sink.heard()).toEqual(music);
    }),
  );

  it(
    'becomes softer with all else when the playout is ducked',
    marbles((t) => {
      const sink = scriptedSink();
      const input = t.cold('(zpsd)', {
        z: duck,
        p: sound(of(samples(100, 1000)), { under: 'mix' }),
        s: speech(100),
        d: done,
      });
      playTo(sink.openSink, { prefillMs: 0 })(input).subscribe();
      t.flush();
      expect(runs(sink.heard())).toContain('550x');
    }),
  );

  it(
    'fades out when it is stopped, whatever of it waits, and ends its source',
    marbles((t) => {
      const sink = scriptedSink();
      const source = t.cold<Int16Array>('s', { s: samples(1000, 1000) });
      const input = t.cold('-p---s', { p: sound(source), s: stop });
      expect(trace(playTo(sink.openSink)(input), t)).toBe('sound m@40 stopped m 140@160');
      t.expectSubscriptions(source.subscriptions).toBe('-^---!');
      expect(runs(sink.heard())).toBe('1000x120');
      expect(sink.heard().at(-1)).toBe(0);
    }),
  );

  it(
    'stops when its stop$ says so, and not when that completes',
    marbles((t) => {
      const sink = scriptedSink();
      const stop$ = t.cold<string>('----x');
      const input = t.cold('(pq)', {
        p: sound(of(samples(1000, 1)), { stop$ }),
        q: sound(of(samples(200, 1)), { id: 'n', stop$: t.cold<string>('-|') }),
      });
      expect(trace(playTo(sink.openSink)(input), t)).toBe('sound m@20 sound n@80 stopped m 140@140 completed n 200@260');
      t.expectSubscriptions(stop$.subscriptions).toBe('^---!');
    }),
  );

  it(
    'asks its stop$ no longer once it is over',
    marbles((t) => {
      const stop$ = t.cold<string>('-');
      trace(playTo(scriptedSink().openSink)(t.cold('p', { p: sound(of(samples(60, 1)), { stop$ }) })), t);
      t.expectSubscriptions(stop$.subscriptions).toBe('^--!');
    }),
  );

  it(
    'ends as stopped when another of its name begins',
    marbles((t) => {
      const sink = scriptedSink();
      const input = t.cold('p---q', { p: sound(of(samples(1000, 7))), q: sound(of(samples(100, 9))) });
      expect(trace(playTo(sink.openSink)(input), t)).toBe('sound m@20 sound m@140 stopped m 140@140 completed m 100@220');
    }),
  );

  it(
    'plays what came before its source errored, and tells the error',
    marbles((t) => {
      const sink = scriptedSink();
      const error = new Error('no more');
      const ended = { type: 'playout.sound_ended', id: 'm', reason: 'failed', playedMs: 40, error };
      const input = t.cold('p', {
        p: sound(
          concat(
            of(samples(40, 1)),
            throwError(() => error),
          ),
        ),
      });
      t.expectObservable(playTo(sink.openSink)(input)).toBe('-sE', {
        s: { type: 'playout.sound_started', id: 'm' },
        E: ended,
      });
    }),
  );

  it(
    'fails alone when its source throws, has no rate, or never rests',
    marbles((t) => {
      const sink = scriptedSink();
      const broken = new Observable<Int16Array>(() => {
        throw new Error('broken');
      });
      const endless = new Observable<Int16Array>((subscriber) => {
        for (let n = 0; n < 1000; n++) subscriber.next(samples(1000, 1));
      });
      const codes: string[] = [];
      const input = t.cold('(abcx)', {
        a: sound(broken, { id: 'a' }),
        b: sound(of({ samples: samples(20, 1), sampleRate: 0, position: 0 }), { id: 'b' }),
        c: sound(endless, { id: 'c', gain: 0 }),
        x: { ...stop, id: 'c' } as PlayoutInput,
      });
      playTo(sink.openSink)(input).subscribe((event) => {
        if (event.type === 'playout.sound_ended')
          codes.push(`${event.id} ${event.reason} ${(event.error as Error | undefined)?.name}`);
      });
      t.flush();
      expect(codes).toEqual(['a failed Error', 'b failed RangeError', 'c stopped undefined']);
    }),
  );

  it('takes no more than ten minutes ahead of the device', () => {
    let emitted = 0;
    const endless = new Observable<Int16Array>((subscriber) => {
      while (!subscriber.closed) {
        emitted++;
        subscriber.next(samples(1000, 1));
      }
    });
    const input$ = new Subject<PlayoutInput>();
    playTo(() => NEVER)(input$).subscribe();
    input$.next(sound(endless));
    expect(emitted).toBe(602);
  });

  it(
    'is converted to the rate of the device',
    marbles((t) => {
      const sink = scriptedSink();
      const frame = { samples: new Int16Array(4800).fill(1000), sampleRate: 48_000, position: 0 };
      const input = t.cold('p', { p: sound(of(frame)) });
      expect(trace(playTo(sink.openSink, { resampler })(input), t)).toBe('sound m@20 completed m 100@100');
      expect(
        sink
          .heard()
          .slice(480, 1920)
          .every((value) => Math.abs(value - 1000) < 2),
      ).toBe(true);
    }),
  );

  it(
    'loses nothing to the conversion when its source completes late, while it is paused',
    marbles((t) => {
      const sink = scriptedSink();
      const source = t.cold<AudioFrame>('f-------|', { f: { samples: new Int16Array(4800), sampleRate: 48_000, position: 0 } });
      const input = t.cold('             p-----z---y', { p: sound(source), z: pause, y: resume });
      const told = trace(playTo(sink.openSink, { resampler })(input), t);
      expect(told).toBe('sound m@20 completed m 100@220');
      expect(sink.heard()).toHaveLength(2400);
    }),
  );

  it(
    'goes on when the device is opened at another rate',
    marbles((t) => {
      const sink = scriptedSink();
      const input = t.cold('p---g', { p: sound(of(samples(400, 1000))), g: session('audio/pcmu') });
      const told = trace(playTo(sink.openSink, { resampler })(input), t);
      expect(sink.rates).toEqual([24_000, 8000]);
      // what the first device had not taken is lost with it
      expect(told).toBe('sound m@20 completed m 340@360');
    }),
  );

  it(
    'lets speech that runs dry fade out, and tells of it, as without it',
    marbles((t) => {
      const sink = scriptedSink();
      const input = t.cold('(ps)', { p: sound(of(samples(300, 0)), { under: 'mix' }), s: speech(100) });
      const told = trace(playTo(sink.openSink)(input), t);
      const alone = scriptedSink();
      const without = trace(playTo(alone.openSink)(t.cold('s', { s: speech(100) })), t);
      expect(told).toContain('underrun');
      expect(without).toContain('underrun');
      expect(runs(sink.heard())).toBe('0x60 100x100 0x120');
    }),
  );

  it(
    'keeps the playout open no longer than speech does, and fades out then',
    marbles((t) => {
      const sink = scriptedSink();
      const music = sound(concat(of(samples(5000, 1000)), NEVER), { under: 'mix' });
      const input = t.cold('(psd)|', { p: music, s: speech(100, 0), d: done });
      expect(trace(playTo(sink.openSink)(input), t)).toBe('sound m@20 start@80 done 100@160 stopped m 240@240 |@240');
      expect(sink.heard().at(-1)).toBe(0);
    }),
  );

  it(
    'holds up no end when nothing of it was heard, or the playout is paused',
    marbles((t) => {
      const unopened = playTo(() => NEVER)(t.cold('p-|', { p: sound(NEVER) }));
      t.expectObservable(unopened).toBe('--(e|)', {
        e: { type: 'playout.sound_ended', id: 'm', reason: 'stopped', playedMs: 0 },
      });
      const sink = scriptedSink();
      const paused = playTo(sink.openSink)(t.cold('p--z-|', { p: sound(of(samples(500, 1))), z: pause }));
      expect(trace(paused, t)).toBe('sound m@20 stopped m 40@100 |@100');
    }),
  );

  it(
    'ends its source with the playout',
    marbles((t) => {
      const source = t.cold<Int16Array>('s', { s: samples(40, 1) });
      const stop$ = t.cold<string>('-');
      t.expectObservable(playTo(scriptedSink().openSink)(t.cold('-p', { p: sound(source, { stop$ }) })), '----!').toBe('--s', {
        s: { type: 'playout.sound_started', id: 'm' },
      });
      t.expectSubscriptions(source.subscriptions).toBe('-^--!');
      t.expectSubscriptions(stop$.subscriptions).toBe('-^--!');
    }),
  );
});
