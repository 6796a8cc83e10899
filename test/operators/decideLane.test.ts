import { describe, it } from 'vitest';
import { decideLane } from '../../operators/decideLane.js';
import type { VoiceEvent } from '../../src/events.js';
import { initialState, type SessionState } from '../../src/state/session-state.js';
import { marbles } from '../marbles.js';

const added = (id: string, role: string): VoiceEvent => ({
  type: 'conversation.item.added',
  event_id: 'e',
  item: { id, type: 'message', role, status: 'completed', content: [] },
});
const events: Readonly<Record<string, VoiceEvent>> = {
  c: { type: 'input_audio_buffer.committed', event_id: 'e', item_id: 'question' },
  u: added('typed', 'user'),
  a: added('answer', 'assistant'),
  f: {
    type: 'conversation.item.input_audio_transcription.failed',
    event_id: 'e',
    item_id: 'question',
    content_index: 0,
    error: { type: 'transcription_error' },
  },
};
const state = (isAwaited: boolean): SessionState => ({ ...initialState, lanes: { ...initialState.lanes, isAwaited } });
const overdue = { o: { type: 'lane.overdue' } };

const cases: readonly (readonly [title: string, source: string, expected: string, isAwaited: boolean])[] = [
  ['is late when nothing was decided in time', '-c------|', '------o-|', true],
  ['gives what is said next a time of its own', '-c--u------|', '---------o-|', true],
  ['gives no more time for what the assistant says', '-c--a---|', '------o-|', true],
  ['is late at once when no words will come', '-c-f----|', '---o--o-|', true],
  ['is never late where nothing waits', '-c-f----|', '--------|', false],
];

describe('decideLane', () => {
  it.each(cases)('%s', (_, source, expected, isAwaited) => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source$ = hot(source, events);
      const left = `^${'-'.repeat(expected.length - 2)}!`;
      expectObservable(
        decideLane([], { withinMs: 100 })(source$, () => state(isAwaited)),
        left,
      ).toBe(expected.replace('|', ''), overdue);
      expectSubscriptions(source$.subscriptions).toBe([left, left, left, left]);
    })();
  });
});
