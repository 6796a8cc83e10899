import { filter } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { limitBudget } from '../../operators/limitBudget.js';
import { ToolError } from '../../src/errors.js';
import { type Command, isCommand, type VoiceEvent } from '../../src/events.js';
import { initialState, type SessionState, sessionState } from '../../src/state/session-state.js';
import { marbles } from '../marbles.js';

const place = { event_id: 'e', item_id: 'item_1' };
const response = (id: string, status: string, input: number): VoiceEvent => ({
  type: status === 'in_progress' ? 'response.created' : 'response.done',
  event_id: 'e',
  response: { id, status, ...(input > 0 ? { usage: { total_tokens: input, input_token_details: { text_tokens: input } } } : {}) },
});
const entries: Readonly<Record<string, VoiceEvent | Command>> = {
  s: { type: 'connection.starting', attempt: 1 },
  k: { type: 'connection.established', connectionId: 's', latencyMs: 1, droppedMs: 0 },
  l: { type: 'connection.lost', closeCode: 1006, reason: 'lost' },
  m: {
    type: 'connection.restored',
    gapMs: 20,
    replayedItems: 0,
    replayedMs: 0,
    droppedMs: 0,
    droppedItemIds: [],
    droppedImages: 0,
    dueItemIds: [],
  },
  S: { type: 'speech.started', position: 0 },
  E: { type: 'speech.stopped', position: 0, durationMs: 100 },
  T: { type: 'turn.started', reason: 'speech' },
  A: { type: 'turn.abandoned', reason: 'too_short' },
  c: { type: 'response.create' },
  r: response('r', 'in_progress', 0),
  // Responses cost 40, 45 and 60 of 100.
  4: response('r', 'completed', 40),
  5: response('r', 'completed', 45),
  6: response('r', 'completed', 60),
  a: {
    type: 'response.output_audio.delta',
    ...place,
    response_id: 'r',
    output_index: 0,
    content_index: 0,
    delta: 'AAAA',
  },
  o: { type: 'playout.started', itemId: 'item_1', responseId: 'r' },
  d: { type: 'playout.drained' },
  i: { type: 'tool.invoked', functionName: 'f', arguments: {}, callId: 'c' },
  x: { type: 'tool.failed', functionName: 'f', callId: 'c', error: new ToolError('tool f: threw', { code: 'threw' }) },
  b: { type: 'response.created', event_id: 'e', response: { id: 'b', status: 'in_progress', conversation_id: null } },
  B: { type: 'response.done', event_id: 'e', response: { id: 'b', status: 'completed', conversation_id: null } },
  f: {
    type: 'conversation.item.done',
    event_id: 'e',
    item: { id: 'item_f', type: 'function_call', name: 'f', call_id: 'c', arguments: '{}' },
  },
};
const says = (warned: number, exhausted = warned): Readonly<Record<string, VoiceEvent | Command>> => ({
  w: { type: 'usage.budget_warning', costUsd: warned, budgetUsd: 100 },
  e: { type: 'usage.budget_exhausted', costUsd: exhausted, budgetUsd: 100 },
  x: { type: 'connection.close' },
});
const costOf = ({ conversation }: SessionState): number => conversation.usage.totalTokens;
const epic = limitBudget({ usd: 100, costOf });

/** Runs the epic over a conversation of which it does not see the commands, and lets go of it after 3 s. */
const limits = (title: string, source: string, expected: string, values = says(120)) =>
  it(
    title,
    marbles((t) => {
      let state: SessionState = initialState;
      const all$ = t.hot(source, entries);
      all$.subscribe((entry) => {
        state = sessionState(state, entry);
      });
      const events$ = all$.pipe(filter((entry): entry is VoiceEvent => !isCommand(entry)));
      t.expectObservable(
        epic(events$, () => state),
        '^ 3s !',
      ).toBe(expected, values);
    }),
  );

describe('limitBudget', () => {
  limits('says nothing below 80 %', 'skr4r', '-----');
  limits('warns at 80 %, once, and ends nothing', 'skr4r4r', '-----w', says(80));
  limits('ends at once where nobody is in the midst of something', 'skr6r6', '-----(wex|)');
  limits('lets the answer be heard to its end', 'skr6rao6--d', '-------w--(ex|)');
  limits('lets a response out of band end', 'skr6rb6--B', '------w--(ex|)');
  limits('lets the user finish, and the answer come', 'skr6rS6-Ecr-4', '------w-----(ex|)', says(120, 160));
  limits('lets the user speak for as long as that takes', 'skr6rS6 2s Ecr4', '------w 2060ms (ex|)', says(120, 160));
  limits('answers what the user said last before the old answer had ended', 'skr6rSE6cr-4', '-------w---(ex|)', says(120, 160));
  limits('waits no longer than a second for an answer to the user', 'skr6rS6E', '------w 1000ms (ex|)');
  limits('does not wait for an answer to nothing', 'skr6rS6EA', '------w-(ex|)');
  limits('waits as long as rules hold the turn open', 'skr6rST6E 2s A', '-------w 2020ms (ex|)');
  limits('lets tools finish', 'skr6ri6--x', '------w--(ex|)');
  limits('waits no longer than a second for tools that nobody runs', 'skr6rf6', '------w 980ms (ex|)');
  limits('waits until the connection is there again', 'skr6rl6--m', '------w--(ex|)');
  limits('ends without delay by a response out of band what nobody answers', 'skr6rS6EbB', '------w 1040ms (ex|)');

  it(
    'tells each model without a price once, as soon as something of it was used',
    marbles((t) => {
      const events$ = t.hot<VoiceEvent>('--4-5-6-', entries as Readonly<Record<string, VoiceEvent>>);
      const unpriced = [[], ['a'], ['a'], ['a', 'b']];
      const told = limitBudget({ usd: 100, costOf: () => 0, unpricedOf: () => unpriced.shift() ?? [] });
      const unpricedEvent = (model: string): VoiceEvent => ({ type: 'usage.budget_unpriced', model, costUsd: 0, budgetUsd: 100 });
      t.expectObservable(
        told(events$, () => initialState),
        '^------!',
      ).toBe('--a---b-', { a: unpricedEvent('a'), b: unpricedEvent('b') });
    }),
  );

  it(
    'ends a conversation whose budget was spent before',
    marbles((t) => {
      const events$ = t.hot<VoiceEvent>('---k', entries as Readonly<Record<string, VoiceEvent>>);
      let state = initialState;
      events$.subscribe((event) => {
        state = [entries.s, event].reduce<SessionState>((before, entry) => (entry ? sessionState(before, entry) : before), state);
      });
      const spent = limitBudget({ usd: 100, costOf: () => 100 });
      t.expectObservable(spent(events$, () => state)).toBe('w--(ex|)', says(100));
    }),
  );

  it(
    'ends with its events, errors with them, and lets go of them',
    marbles((t) => {
      t.expectObservable(epic(t.hot('--|'), () => initialState)).toBe('--|');
      t.expectObservable(epic(t.hot('--#'), () => initialState)).toBe('--#');
      const events$ = t.hot<VoiceEvent>('-----');
      t.expectObservable(
        epic(events$, () => initialState),
        '^--!',
      ).toBe('-');
      t.expectSubscriptions(events$.subscriptions).toBe(['^--!', '^--!', '^--!', '^--!']);
    }),
  );

  it(
    'lets go of its events when it has ended the conversation, and keeps nothing for the next',
    marbles((t) => {
      let state: SessionState = initialState;
      const events$ = t.hot<VoiceEvent>('skr6r6----', entries as Readonly<Record<string, VoiceEvent>>);
      events$.subscribe((event) => {
        state = sessionState(state, event);
      });
      const run = () => epic(events$, () => state);
      t.expectObservable(run()).toBe('-----(wex|)', says(120));
      t.expectObservable(run()).toBe('-----(wex|)', says(120));
      const whole = Array.from({ length: 8 }, () => '^----!');
      t.expectSubscriptions(events$.subscriptions).toBe(['^', ...whole, '-----(^!)', '-----(^!)']);
    }),
  );

  it('refuses a budget of nothing when called', () => {
    for (const usd of [0, -1, Number.NaN]) expect(() => limitBudget({ usd, costOf })).toThrow(RangeError);
  });
});
