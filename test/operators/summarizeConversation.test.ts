import { NEVER, of, tap, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { summarizeConversation, type ToSummarize } from '../../operators/summarizeConversation.js';
import type { VoiceEvent } from '../../src/events.js';
import { type SessionState, sessionState } from '../../src/state/session-state.js';
import { marbles } from '../marbles.js';
import { having, playedOut, says, wrote } from '../restore/conversation.js';

const done: VoiceEvent = { type: 'response.done', event_id: 'e', response: { id: 'r' } };
// 14 tokens each.
const long = (id: string): VoiceEvent => wrote(id, `${id}${'.'.repeat(39)}`);
const threeItems = (): SessionState => having(long('a'), long('b'), long('c'));
const limits = { thresholdTokens: 40, keepTokens: 20 };
const summary = (text: string, throughItemId: string): VoiceEvent => ({ type: 'conversation.summarized', text, throughItemId });

const no = new Error('no');

describe('summarizeConversation', () => {
  /** Runs it over `d`, ends of responses; the state follows what it says. */
  const tells = (
    title: string,
    summarize: Parameters<typeof summarizeConversation>[0],
    source: string,
    expected: string,
    values: Readonly<Record<string, VoiceEvent>> = {},
    from = threeItems,
  ) =>
    it(
      title,
      marbles((t) => {
        let state = from();
        const events$ = t.hot(source, { d: done, n: long('d'), m: long('e') });
        events$.subscribe((event) => {
          state = sessionState(state, event);
        });
        const said$ = summarizeConversation(summarize, limits)(events$, () => state);
        const followed$ = said$.pipe(
          tap((entry) => {
            state = sessionState(state, entry);
          }),
        );
        t.expectObservable(followed$).toBe(expected, values);
      }),
    );

  tells('sums up all but the latest items at the end of a response', () => of('Short.'), '-d-|', '-s-|', {
    s: summary('Short.', 'b'),
  });
  tells('takes a summary whole that is given at once', () => 'Short.', '-d-|', '-s-|', { s: summary('Short.', 'b') });
  tells(
    'says nothing of a conversation that is short',
    () => of('Short.'),
    '-d-',
    '---',
    {},
    () => having(long('a'), long('b')),
  );
  tells('waits until there is enough again', () => of('Short.'), '-d-d-n-d-m-d', '-s---------t', {
    s: summary('Short.', 'b'),
    t: summary('Short.', 'd'),
  });
  tells('takes the last that comes', () => of('Sho', 'Short.'), '-d-', '-s-', { s: summary('Short.', 'b') });
  tells('says nothing where nothing comes', () => of(), '-d-', '---');
  tells('asks once at a time', () => NEVER, '-d-d-', '-----');
  tells('tells of an error, and tries again', () => throwError(() => no), '-d-d-', '-f-f-', {
    f: { type: 'diagnostic.epic_failed', error: no, restarted: true },
  });
  tells(
    'tells of what is thrown',
    () => {
      throw 'no';
    },
    '-d-',
    '-f-',
    { f: { type: 'diagnostic.epic_failed', error: 'no', restarted: true } },
  );

  it('gives the words since the last summary, and that one', () => {
    const asked: ToSummarize[] = [];
    const summarize = (given: ToSummarize) => {
      asked.push(given);
      return of('Short.');
    };
    const state = having(
      ...says('x', 'Hello.', 100),
      ...playedOut('x', 100),
      summary('Before.', 'x'),
      long('a'),
      long('b'),
      long('c'),
    );
    summarizeConversation(summarize, limits)(of(done), () => state).subscribe({ error: () => undefined });
    expect(asked.map(({ lines, before }) => [lines.map(({ itemId }) => itemId), before])).toEqual([[['a', 'b'], 'Before.']]);
  });

  it(
    'ends with its events, and lets go of them and of the summary',
    marbles((t) => {
      const summary$ = t.cold<string>('----');
      const events$ = t.hot('-d---', { d: done });
      t.expectObservable(summarizeConversation(() => summary$, limits)(events$, threeItems), '^--!').toBe('-');
      t.expectSubscriptions(events$.subscriptions).toBe('^--!');
      t.expectSubscriptions(summary$.subscriptions).toBe('-^-!');
      t.expectObservable(summarizeConversation(() => NEVER, limits)(t.hot('--#'), threeItems)).toBe('--#');
    }),
  );

  it('refuses limits that make no sense when called', () => {
    expect(() => summarizeConversation(() => NEVER, { thresholdTokens: 10, keepTokens: 10 })).toThrow(RangeError);
    expect(() => summarizeConversation(() => NEVER, { keepTokens: -1 })).toThrow(RangeError);
  });
});
