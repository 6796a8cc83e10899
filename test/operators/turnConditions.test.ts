import { NEVER } from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  assistantHeard,
  keyHeld,
  monologue,
  type Reason,
  silence,
  speaking,
  type TurnCondition,
  whenAll,
  whenAny,
  whenNot,
} from '../../operators/turnConditions.js';
import { AudioError } from '../../src/errors.js';
import type { VoiceEvent } from '../../src/events.js';
import { initialState } from '../../src/state/session-state.js';
import { marbles } from '../marbles.js';

const events: Readonly<Record<string, VoiceEvent>> = {
  S: { type: 'speech.started', position: 0 },
  p: { type: 'speech.progress', position: 0, durationMs: 100 },
  P: { type: 'speech.progress', position: 0, durationMs: 200 },
  E: { type: 'speech.stopped', position: 0, durationMs: 250 },
  T: { type: 'turn.started', reason: 'speech' },
  o: { type: 'playout.started', itemId: 'a', responseId: 'r' },
  d: { type: 'playout.drained' },
  x: { type: 'playout.failed', error: new AudioError('unplugged', { code: 'device_lost' }) },
};
/** `-` holds not any more, any other letter a reason. */
const letters: Readonly<Record<string, Reason>> = {
  h: 'held',
  0: undefined,
  s: 'speech',
  q: 'silence',
  m: 'monologue',
  a: 'assistant',
  n: 'not',
  k: 'push_to_talk',
  b: 'speech+assistant',
};

const holds = (title: string, condition: TurnCondition, source: string, expected: string) =>
  it(
    title,
    marbles((t) => {
      const events$ = t.hot(source, events);
      t.expectObservable(condition(events$, () => initialState)).toBe(expected, letters);
    }),
  );

describe('turn conditions', () => {
  holds('speaking holds from the beginning of speech to its end', speaking(), '-S-p-E-|', '-s---0-|');
  holds('silence holds when speech is over', silence(), '-S-p-E-|', '-0---q-|');
  holds('silence of some length is broken by speech', silence({ ms: 60 }), '-S-E-S-E------', '-0---0----q---');
  holds(
    'assistantHeard holds 250 ms longer than the device takes audio',
    assistantHeard(),
    '-o---d 400ms |',
    '-a 310ms 0 150ms |',
  );
  holds(
    'assistantHeard goes on where the next item follows at once',
    assistantHeard({ tailMs: 60 }),
    '-o-d-o--d----',
    '-a---a-----0-',
  );
  holds('assistantHeard ends with the loudspeaker', assistantHeard({ tailMs: 60 }), '-o---x------', '-a------0---');
  holds('monologue counts speech of the turn alone', monologue({ ms: 200 }), '-SpTPE-SpP----', '--0-----m-----');
  holds('monologue adds up what pauses divide', monologue({ ms: 300 }), '-T-S-pE-Sp----', '-0-------m----');

  it(
    'keyHeld holds while the key is down',
    marbles((t) => {
      const key$ = t.hot('-D-U-', { D: true, U: false });
      t.expectObservable(
        keyHeld(key$)(NEVER, () => initialState),
        '^---!',
      ).toBe('-k-0', letters);
      t.expectSubscriptions(key$.subscriptions).toBe('^---!');
    }),
  );

  it('refuse lengths that make no sense when called', () => {
    expect(() => silence({ ms: -1 })).toThrow(RangeError);
    expect(() => assistantHeard({ tailMs: -1 })).toThrow(RangeError);
    expect(() => monologue({ ms: 0 })).toThrow(RangeError);
  });
});

describe('combinations of turn conditions', () => {
  const one: TurnCondition = speaking();
  const other: TurnCondition = assistantHeard({ tailMs: 0 });

  holds('whenAny holds while one does, for the reason of the first', whenAny(one, other), '-S-o-E-d---', '0s---a-0---');
  holds('whenAll holds while all do, for all reasons', whenAll(one, other), '-S-o-E-d---', '0--b-0-----');
  holds('whenNot holds while the other does not, from the beginning', whenNot(one, 'not'), '-S-p-E-|', 'n0---n-|');
  holds('not of any is all of not', whenNot(whenAny(one, other), 'not'), '-S-o-E-d---', 'n0-----n---');

  it(
    'listen to each condition once, and let go of all',
    marbles((t) => {
      const [a, b] = [t.cold<Reason>('-h-', letters), t.cold<Reason>('---')];
      const conditions = [() => a, () => b];
      t.expectObservable(
        whenAny(...conditions)(NEVER, () => initialState),
        '^--!',
      ).toBe('0h', letters);
      t.expectObservable(
        whenAll(...conditions)(NEVER, () => initialState),
        '^--!',
      ).toBe('0', letters);
      for (const { subscriptions } of [a, b]) t.expectSubscriptions(subscriptions).toBe(['^--!', '^--!']);
    }),
  );
});
