import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Item } from '../../src/wire/item.js';
import { moved, places } from './connection-moves.js';
import { framesOf } from './service.js';
import { run, type Story, story, stuckStory } from './story.js';

/** A story, unless rxjs' TestScheduler lost count: of two timers of one moment, one may not cancel the other. */
const happenedIn = (tale: Story): ReturnType<typeof run> => {
  try {
    return run(tale);
  } catch (error) {
    fc.pre(!String(error).includes('Expected a due immediate or interval'));
    throw error;
  }
};

const check = ({
  service,
  sink,
  happened,
  utterances,
  texts,
  runs,
  interruptions,
  told,
  endedAt,
  lastActionAt,
  outcome,
  failure,
}: ReturnType<typeof run>): void => {
  // P1
  expect(outcome === 'completed' ? ['closed'] : places).toContain(
    happened.reduce((place, { type }) => moved(place, type), 'idle'),
  );
  // P2
  expect(service.open).toBe(0);
  expect(lastActionAt).toBe(endedAt);
  // P3
  const heard = sink.heard();
  for (const { values, heard: from0 } of interruptions) {
    const after = heard.subarray(Math.min(from0, heard.length));
    for (const value of values) expect(after.filter((sample) => sample === value).length).toBeLessThanOrEqual(48);
  }
  let old: readonly string[] = [];
  for (const event of happened) {
    if (event.type === 'connection.lost' || event.type === 'connection.rotating') {
      old = happened
        .slice(0, happened.indexOf(event))
        .flatMap((one) => (one.type === 'response.created' ? [one.response.id ?? ''] : []));
    }
    if (event.type === 'response.output_audio.delta') expect(old).not.toContain(event.response_id);
  }
  // P6
  expect(runs.length).toBe(new Set(runs).size);
  // P7
  expect(service.mostAhead).toBeLessThanOrEqual(262_144);
  // P8
  const spoken = JSON.stringify([
    String(failure),
    ...happened.flatMap((event) => ('error' in event && event.type !== 'error' ? [String(event.error)] : [])),
  ]);
  expect(spoken).not.toMatch(/secret|word\d|AAAA/);
  // Nothing that is refused was asked for, but what has crossed its answer on the way.
  expect(service.refusals.filter((words) => !words.endsWith('response_cancel_not_active'))).toEqual([]);
  expect(happened.filter(({ type }) => type.startsWith('diagnostic.'))).toEqual([]);

  if (outcome !== 'completed') return;
  // One that was ready beside it may never have been used.
  const last = service.sessions.findLast(({ received }) => received.length > 0);
  if (!last) throw new Error('there was no session');
  // P4
  expect(last.items.flatMap((item) => framesOf(item) ?? [])).toEqual(utterances.flat());
  expect(last.items.flatMap(({ id }) => (id?.startsWith('text_') ? [id] : []))).toEqual(texts);
  // P5
  const ids = new Set(last.items.map(({ id }) => id));
  expect(told.filter((id) => !ids.has(id))).toEqual([]);
  expect(last.isManual).toBe(true);
  // P6: each call in the session has its one output
  const callsIn = (type: Item['type']) =>
    last.items.flatMap((item) =>
      item.type === type && 'call_id' in item && item.status !== 'in_progress' ? [item.call_id] : [],
    );
  expect(callsIn('function_call_output').toSorted()).toEqual(callsIn('function_call').toSorted());
};

describe('a conversation through anything', () => {
  it('keeps its promises in 1,000 random stories of speech, text, tools, interruptions, losses, refusals and rotations', () => {
    let losses = 0;
    let swaps = 0;
    fc.assert(
      fc.property(story, (tale) => {
        const told = happenedIn(tale);
        check(told);
        losses += told.happened.filter(({ type }) => type === 'connection.lost').length;
        swaps += told.happened.filter(({ type }) => type === 'connection.rotating').length;
      }),
      // Other stories with SEED=n.
      { numRuns: 1000, seed: Number(process.env.SEED ?? 1) },
    );
    // Or nothing was shown.
    expect(losses).toBeGreaterThan(100);
    expect(swaps).toBeGreaterThan(50);
  }, 300_000);

  it('keeps them in 50 stories of speech that does not get through for 12 s, and lets no more wait in the socket than it may hold', () => {
    let full = 0;
    fc.assert(
      fc.property(stuckStory, (tale) => {
        const told = happenedIn(tale);
        check(told);
        full += told.happened.filter((event) => event.type === 'connection.backpressure' && event.isCongested).length;
      }),
      { numRuns: 50, seed: Number(process.env.SEED ?? 1) },
    );
    expect(full).toBeGreaterThan(10);
  }, 300_000);
});
