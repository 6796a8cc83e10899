import fc from 'fast-check';
import { concat, delay, from, mergeMap, NEVER, of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { scriptedSink } from '../../marbles/index.js';
import { playTo } from '../../operators/playTo.js';
import type { PlayoutInput } from '../../src/epic.js';
import { toBase64 } from '../../src/wire/base64.js';
import { marbles } from '../marbles.js';

const ids = { event_id: 'e', response_id: 'r', item_id: 'a', output_index: 0, content_index: 0 };
const loud = (maxLength: number) =>
  fc.array(fc.integer({ min: -32_768, max: 32_767 }), { minLength: 100, maxLength }).map((values) => Int16Array.from(values));
const clamp = (value: number): number => Math.max(-32_768, Math.min(32_767, value));

const story = fc.record({
  speech: loud(3000),
  music: loud(3000),
  cuts: fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 5 }),
  gain: fc.constantFrom(0, 0.3, 1),
  speechAtMs: fc.integer({ min: 0, max: 150 }),
  pauseAtMs: fc.integer({ min: 0, max: 150 }),
  blockMs: fc.constantFrom(5, 20, 33),
});

describe('own sounds', () => {
  it('are added to speech sample by sample, whatever is paused when, and speech is accounted for to the sample', () => {
    fc.assert(
      fc.property(story, ({ speech, music, cuts, gain, speechAtMs, pauseAtMs, blockMs }) => {
        marbles((t) => {
          const bounds = [0, ...cuts.map((cut) => Math.min(cut, music.length)).toSorted((a, b) => a - b), music.length];
          const source$ = from(bounds.slice(1).map((end, index) => music.subarray(bounds[index], end)));
          const script: readonly (readonly [number, PlayoutInput])[] = [
            [1, { type: 'playout.play', id: 'm', source$, under: 'mix', gain }],
            [speechAtMs + 2, { type: 'response.output_audio.delta', ...ids, delta: toBase64(speech) }],
            [speechAtMs + 2, { type: 'response.output_audio.done', ...ids }],
            [pauseAtMs + 1.5, { type: 'playout.pause' }],
            [pauseAtMs + 90, { type: 'playout.resume' }],
          ];
          const input$ = concat(from(script).pipe(mergeMap(([ms, input]) => of(input).pipe(delay(ms)))), NEVER);
          const sink = scriptedSink({ blockMs });
          const played: unknown[] = [];
          playTo(sink.openSink)(input$).subscribe((event) => {
            if (event.type === 'playout.item_done') played.push(event.playedSamples);
            if (event.type === 'playout.sound_ended') played.push(event.reason, Math.round(event.playedMs * 24));
          });
          t.flush();

          const heard = sink.heard();
          const sum = (at: number, start: number): number =>
            clamp(Math.round((music[at] ?? 0) * gain + (at < start ? 0 : (speech[at - start] ?? 0))));
          const isHeard = (start: number): boolean => heard.every((value, at) => value === sum(at, start));
          expect(Array.from(heard, (_, start) => start).some(isHeard)).toBe(true);
          expect(played).toHaveLength(3);
          expect(played).toEqual(expect.arrayContaining([speech.length, 'completed', music.length]));
        })();
      }),
      { numRuns: 200 },
    );
  }, 60_000);
});
