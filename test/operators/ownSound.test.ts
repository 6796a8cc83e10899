import { concat, NEVER, type Observable, of, Subject, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type Marbles, scriptedSink } from '../../marbles/index.js';
import { playTo } from '../../operators/playTo.js';
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
});
