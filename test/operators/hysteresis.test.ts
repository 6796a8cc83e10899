import { from, map, NEVER, type Observable, of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { hysteresis } from '../../operators/hysteresis.js';
import type { LaneDecision, VoiceEvent } from '../../src/events.js';
import { requestReason } from '../../src/lane.js';
import { marbles } from '../marbles.js';

type Entry = LaneDecision | VoiceEvent;

const want = (lane: string, reason = 'rule'): LaneDecision => ({ lane, reason, confidence: 1, at: 0 });
const place = { event_id: 'e', response_id: 'r', output_index: 0 };
const entries = {
  b: want('big'),
  f: want('fast'),
  o: want('own'),
  B: want('big', requestReason),
  F: want('fast', requestReason),
  // a response begins and ends, calls a function, which gets its output
  r: { type: 'response.created', event_id: 'e', response: { id: 'r' } },
  d: { type: 'response.done', event_id: 'e', response: { id: 'r' } },
  c: { type: 'response.output_item.done', ...place, item: { type: 'function_call', call_id: 'c', name: 'n', arguments: '{}' } },
  a: {
    type: 'conversation.item.added',
    event_id: 'e',
    item: { type: 'function_call_output', call_id: 'c', output: '' },
  },
  x: { type: 'lane.failed', lane: 'big', to: 'fast', error: undefined },
} satisfies Record<string, Entry>;

/** Decisions by the first letter of their lane; those of hysteresis itself by their reason, and `A` for one that stops tools. */
const letter = ({ lane, reason, abortsTools }: LaneDecision): string => {
  if (abortsTools) return 'A';
  if (reason === 'released') return 'R';
  if (reason === 'lane_timeout') return 'T';
  return reason === requestReason ? lane.charAt(0).toUpperCase() : lane.charAt(0);
};
const run = (source: Observable<Entry>, config: Parameters<typeof hysteresis>[0]): Observable<string> =>
  source.pipe(hysteresis(config), map(letter));

const cases: readonly (readonly [title: string, source: string, expected: string, config: Parameters<typeof hysteresis>[0]])[] = [
  ['passes a first decision at once', '-b---', '-b---', {}],
  ['says nothing for the lane that is active', 'f-b-b-', '--b---', { cooldownMs: 0 }],
  ['lets a decision within the cool-down wait for its end', 'bf-----', 'b--f---', { cooldownMs: 60 }],
  ['lets a decision at the very end of the cool-down pass', 'b--f---', 'b--f---', { cooldownMs: 60 }],
  ['lets the last of the decisions that wait count', 'bfo----', 'b--o---', { cooldownMs: 60 }],
  ['forgets a decision that was taken back while it waited', 'bfb----', 'b------', { cooldownMs: 60 }],
  ['lets an explicit request pass the cool-down', 'bF-----', 'bF-----', { cooldownMs: 60 }],
  ['begins a cool-down with an explicit request', 'bFb----', 'bF--b--', { cooldownMs: 60 }],
  [
    'gives one switch for twenty decisions within a cool-down',
    'bfbfbfbfbfbfbfbfbfbf-----',
    `b${'-'.repeat(24)}f`,
    { cooldownMs: 500 },
  ],
  [
    'gives none more when the last of twenty is for the active lane',
    `${'bf'.repeat(10)}b-----`,
    'b--------',
    { cooldownMs: 500 },
  ],
  ['goes back to the fast lane when the response is over', 'b-r-d--', 'b---R--', { cooldownMs: 0 }],
  ['stays while a call has no output, and until its answer is over', 'rcbd-a-r-d-', '--b------R-', { cooldownMs: 0 }],
  ['lets its own return wait for the cool-down', 'brd---', 'b---R-', { cooldownMs: 80 }],
  ['stays when another response began meanwhile', 'brdr----d-', 'b-------R-', { cooldownMs: 80 }],
  ['stays when a response is over that had begun before', 'r-b-d-r-d-', '--b-----R-', { cooldownMs: 0 }],
  ['stays without preferFast', 'b-r-d--', 'b------', { cooldownMs: 0, preferFast: false }],
  ['does not return from the fast lane', '--r-d--', '-------', { cooldownMs: 0 }],
  ['leaves a big lane that lasts too long', 'b-------', 'b----T--', { cooldownMs: 0, bigLaneTimeoutMs: 100 }],
  ['counts its time from the last decision for it', 'b--b-----', 'b-------T', { cooldownMs: 0, bigLaneTimeoutMs: 100 }],
  ['stops tools then if it is told to', 'b-------', 'b----A--', { cooldownMs: 0, bigLaneTimeoutMs: 100, onTimeout: 'abort' }],
  ['has no time-out in the fast lane', 'b-f-----', 'b-f-----', { cooldownMs: 0, bigLaneTimeoutMs: 100 }],
  ['lets a time-out wait for the cool-down', 'b-------', 'b----T--', { cooldownMs: 100, bigLaneTimeoutMs: 40 }],
  ['decides anew for a lane that failed', 'b-xb----', 'b--b----', { cooldownMs: 20 }],
  ['completes with its source; what waits is void', 'bf|', 'b-|', { cooldownMs: 60 }],
  ['errors with its source', 'b-#', 'b-#', {}],
];

describe('hysteresis', () => {
  it.each(cases)('%s', (_, source, expected, config) => {
    marbles(({ hot, expectObservable }) => {
      const left = `^${'-'.repeat(Math.max(source.length, expected.length))}!`;
      expectObservable(run(hot(source, entries), config), left).toBe(expected);
    })();
  });

  it('has a cool-down of 500 ms and a time-out of 5 s unless told otherwise', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot('bf', entries);
      expectObservable(run(source, {})).toBe('b 480ms f');
      expectObservable(run(hot('b', entries), {})).toBe('b 4980ms T');
    })();
  });

  it('has a state of its own in each subscription', () => {
    const decided = of(want('big')).pipe(hysteresis());
    const seen: string[] = [];
    for (const _ of [0, 1]) decided.subscribe(({ lane }) => seen.push(lane));
    expect(seen).toEqual(['big', 'big']);
  });

  it(
    'ends its timers when it is left',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('b----', entries);
      const left = '      ^-!';
      expectObservable(run(source, {}), left).toBe('b');
      expectSubscriptions(source.subscriptions).toBe(left);
    }),
  );

  it('refuses times that cannot be', () => {
    expect(() => hysteresis({ cooldownMs: -1 })).toThrow(RangeError);
    expect(() => hysteresis({ bigLaneTimeoutMs: 0 })).toThrow(RangeError);
  });

  it('takes a synchronous source', () => {
    const seen: string[] = [];
    from<Entry[]>([want('big'), want('fast', requestReason)])
      .pipe(hysteresis())
      .subscribe(({ lane }) => seen.push(lane));
    NEVER.pipe(hysteresis())
      .subscribe(() => seen.push('never'))
      .unsubscribe();
    expect(seen).toEqual(['big', 'fast']);
  });
});
