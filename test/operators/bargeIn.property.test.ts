import fc from 'fast-check';
import { concat, delay, from, map, merge, mergeMap, NEVER, of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { opens, type SocketStep, scriptedProvider, scriptedSink } from '../../marbles/index.js';
import { playTo } from '../../operators/playTo.js';
import { realtime } from '../../operators/realtime.js';
import type { Command, VoiceEvent } from '../../src/events.js';
import { toBase64 } from '../../src/wire/base64.js';
import type { ClientEvent } from '../../src/wire/client-event.js';
import { marbles } from '../marbles.js';

/** Audio of an item, so many milliseconds, so long after the piece before it. */
const piece = fc.record({
  item: fc.constantFrom('a', 'b', 'c'),
  ms: fc.integer({ min: 1, max: 400 }),
  afterMs: fc.integer({ min: 0, max: 250 }),
});
const story = fc.record({
  // items come one after the other
  pieces: fc.array(piece, { minLength: 1, maxLength: 12 }).map((all) => all.toSorted((x, y) => x.item.localeCompare(y.item))),
  isDone: fc.boolean(),
  speechAtMs: fc.integer({ min: 0, max: 3000 }),
  prefillMs: fc.constantFrom(0, 60, 300),
  blockMs: fc.constantFrom(5, 20, 33),
  sound: fc.option(fc.record({ atMs: fc.integer({ min: 0, max: 1500 }), under: fc.constantFrom('mix', 'duck') })),
  stall: fc.record({ fromMs: fc.integer({ min: 0, max: 1500 }), ms: fc.constantFrom(0, 0, 100, 800) }),
});

const place = (item: string) => ({ event_id: 'e', response_id: 'resp_1', item_id: item, output_index: 0, content_index: 0 });
/** Each item has a sample value of its own, so that what was heard tells whose it was. */
const sampleOf = (item: string): number => 1000 * (item.charCodeAt(0) - 96);
/** An own sound tells items apart no less: it adds this, or ducked nothing. */
const quiet = 1;
const music = (ms: number): Int16Array => new Int16Array(ms * 24).fill(quiet);
const created: SocketStep = {
  type: 'session.created',
  event_id: 'e',
  session: { type: 'realtime', id: 's', audio: { input: { turn_detection: null } } },
};

describe('an interruption', () => {
  it('truncates each item at what the device played of it, and nothing of it is heard afterwards, own sounds or not', () => {
    fc.assert(
      fc.property(story, ({ pieces, isDone, speechAtMs, prefillMs, blockMs, sound, stall }) => {
        marbles((t) => {
          const items = [...new Set(pieces.map(({ item }) => item))];
          let at = 0;
          const steps: readonly (readonly [number, SocketStep])[] = [
            [0, opens],
            [0, created],
            [0, { type: 'response.created', event_id: 'e', response: { id: 'resp_1', status: 'in_progress' } }],
            ...items.map((id): readonly [number, SocketStep] => [
              0,
              {
                type: 'conversation.item.added',
                event_id: 'e',
                item: { id, type: 'message', role: 'assistant', status: 'in_progress', content: [] },
              },
            ]),
            ...pieces.flatMap(({ item, ms, afterMs }, index): (readonly [number, SocketStep])[] => {
              at += afterMs;
              const samples = new Int16Array(ms * 24).fill(sampleOf(item));
              const isLast = pieces[index + 1]?.item !== item;
              return [
                [at, { type: 'response.output_audio.delta', ...place(item), delta: toBase64(samples) }],
                ...(isLast ? [[at, { type: 'response.output_audio.done', ...place(item) }] as const] : []),
              ];
            }),
            ...(isDone
              ? [[at, { type: 'response.done', event_id: 'e', response: { id: 'resp_1', status: 'completed' } }] as const]
              : []),
          ];
          const script$ = from(steps).pipe(mergeMap(([ms, step]) => (ms === 0 ? of(step) : of(step).pipe(delay(ms)))));
          const service = scriptedProvider(script$);
          const sink = scriptedSink({ blockMs, stall });
          const speech$ = concat(of<VoiceEvent>({ type: 'speech.started', position: 0 }).pipe(delay(speechAtMs + 1)), NEVER);

          const play = (ms: number, under: 'mix' | 'duck'): Command => ({
            type: 'playout.play',
            id: 'm',
            source$: of(music(ms)),
            under,
          });
          const sound$ = sound ? of(play(3000, sound.under)).pipe(delay(sound.atMs + 1)) : NEVER;

          let heardBefore: Int16Array | undefined;
          let hasSounded = false;
          const truncated = new Map<string, number>();
          const deleted = new Set<string>();
          merge(speech$, sound$)
            .pipe(realtime(service, { ...service, playout: playTo(sink.openSink, { prefillMs }) }))
            .subscribe((event) => {
              if (event.type === 'playout.flushed') heardBefore = sink.heard();
              if (event.type === 'playout.sound_started') hasSounded = true;
            });
          service.sent$.pipe(map((sent) => sent as ClientEvent)).subscribe((sent) => {
            if (sent.type === 'conversation.item.truncate') truncated.set(sent.item_id, sent.audio_end_ms);
            if (sent.type === 'conversation.item.delete') deleted.add(sent.item_id);
          });
          t.flush();

          const heard = sink.heard();
          // fillers fade from an item's value to nothing: only full samples are the item's own
          const isOf = (item: string) => (sample: number) => sample === sampleOf(item) || sample === sampleOf(item) + quiet;
          const playedMs = (item: string): number => heard.filter(isOf(item)).length / 24;
          if (heardBefore) expect(heard.subarray(heardBefore.length).every((sample) => sample <= quiet)).toBe(true);
          if (sound) {
            expect(hasSounded).toBe(true);
            // Ducked it may be too soft for a sample, from its beginning to its end.
            if (sound.under === 'mix') expect(heard.some((sample) => sample % 1000 === quiet)).toBe(true);
          } else if (heardBefore) expect(heard.length).toBe(heardBefore.length);
          for (const item of items) {
            const received = pieces.filter((one) => one.item === item).reduce((sum, { ms }) => sum + ms, 0);
            const cut = truncated.get(item);
            if (cut !== undefined) {
              expect(cut).toBeGreaterThan(0);
              expect(cut).toBeLessThanOrEqual(received);
              expect(cut).toBe(Math.floor(playedMs(item)));
            }
            if (deleted.has(item)) expect(playedMs(item)).toBeLessThan(1);
            expect(truncated.has(item) && deleted.has(item)).toBe(false);
          }
        })();
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});
