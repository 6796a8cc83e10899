import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AudioError } from '../../src/errors.js';
import type { VoiceEvent } from '../../src/events.js';
import { droppedLimit, heardMsOf, initialPlayoutClock, playoutClock } from '../../src/state/playout-clock.js';
import type { ServerEvent } from '../../src/wire/server-event.js';

const withPlayout = { ...initialPlayoutClock, isPresent: true };
const having = (...events: readonly VoiceEvent[]) => events.reduce(playoutClock, withPlayout);
const audio = (response_id = 'resp_1'): ServerEvent => ({
  type: 'response.output_audio.delta',
  event_id: 'e',
  response_id,
  item_id: 'a',
  output_index: 0,
  content_index: 0,
  delta: 'AAAA',
});
const played = (itemId: string, playedMs: number): VoiceEvent => ({
  type: 'playout.progress',
  itemId,
  responseId: 'resp_1',
  playedMs,
  playedSamples: playedMs * 24,
});
const flushed = (playedMs: number, responseId = 'resp_1'): VoiceEvent => ({
  type: 'playout.flushed',
  items: [{ itemId: 'a', responseId, playedSamples: playedMs * 24, playedMs, discardedMs: 100, isFinished: false }],
  responseIds: [responseId],
});

describe('playout clock', () => {
  it('knows of no loudspeaker any more that has failed, and still what was heard of it', () => {
    const error = new AudioError('unplugged', { code: 'device_lost' });
    const clock = having(
      audio(),
      played('a', 40),
      { type: 'playout.pause' } as never,
      { type: 'playout.failed', error },
      audio(),
    );
    expect(clock).toMatchObject({ isPresent: false, isSounding: false, isPaused: false });
    expect(heardMsOf(clock, 'a')).toBe(40);
  });

  it('knows of any history how much of each item was heard, and in all', () => {
    const step = fc.record({ item: fc.constantFrom('a', 'b', 'c'), ms: fc.integer({ min: 1, max: 500 }) });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const model = new Map<string, number>();
        let clock = initialPlayoutClock;
        for (const { item, ms } of steps) {
          const total = (model.get(item) ?? 0) + ms;
          model.set(item, total);
          clock = playoutClock(clock, played(item, total));
        }
        for (const item of ['a', 'b', 'c']) expect(heardMsOf(clock, item)).toBe(model.get(item) ?? 0);
        expect(clock.totalMs).toBe([...model.values()].reduce((sum, ms) => sum + ms, 0));
      }),
    );
  });

  it('sounds from the first audio until all was taken or thrown away', () => {
    expect(having(audio()).isSounding).toBe(true);
    expect(having(audio(), { type: 'playout.drained' }).isSounding).toBe(false);
    expect(having(audio(), flushed(20)).isSounding).toBe(false);
  });

  it('does not sound by audio that nobody plays', () => {
    expect([audio(), audio('resp_2')].reduce(playoutClock, initialPlayoutClock)).toBe(initialPlayoutClock);
  });

  it('sounds from its start, and from the first audio afterwards, where the application reports what it plays', () => {
    const start: VoiceEvent = { type: 'playout.started', itemId: 'a', responseId: 'resp_1' };
    const clock = [audio(), start].reduce(playoutClock, initialPlayoutClock);
    expect(clock.isSounding).toBe(true);
    expect([{ type: 'playout.drained' } as const, audio('resp_2')].reduce(playoutClock, clock).isSounding).toBe(true);
    expect(playoutClock(initialPlayoutClock, played('a', 20)).isPresent).toBe(true);
  });

  it('counts as heard what still sounds after a flush, and does not sound again for what comes of the same response', () => {
    const clock = having(audio(), played('a', 20), flushed(40), audio());
    expect([heardMsOf(clock, 'a'), clock.isSounding]).toEqual([40, false]);
    expect(playoutClock(clock, audio('resp_2')).isSounding).toBe(true);
  });

  it('remembers the latest of the dropped responses', () => {
    const clock = having(...Array.from({ length: 100 }, (_, n) => flushed(0, `resp_${n}`)));
    expect([clock.dropped.length, clock.dropped.at(-1)]).toEqual([droppedLimit, 'resp_99']);
  });
});
