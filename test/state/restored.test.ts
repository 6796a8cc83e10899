import { describe, expect, it } from 'vitest';
import type { VoiceEvent } from '../../src/events.js';
import { itemOf, uncommittedBytes } from '../../src/state/conversation.js';
import { toArray } from '../../src/state/item-list.js';
import { owedAnswer, owesAnswer } from '../../src/state/owed-answer.js';
import { initialState, sessionState } from '../../src/state/session-state.js';
import { heardTextOf, transcriptOf } from '../../src/state/transcript.js';
import type { ClientEvent } from '../../src/wire/client-event.js';
import { calls, flushed, having, lost, plays, says, spoke, wrote } from '../restore/conversation.js';

const restored = (dueItemIds: readonly string[] = [], droppedItemIds: readonly string[] = []): VoiceEvent => ({
  type: 'connection.restored',
  gapMs: 0,
  replayedItems: 0,
  replayedMs: 0,
  droppedMs: 0,
  droppedImages: 0,
  droppedItemIds,
  dueItemIds,
});
const create = (id: string, role: 'user' | 'assistant', text: string): ClientEvent => ({
  type: 'conversation.item.create',
  item: { id, type: 'message', role, content: [{ type: role === 'user' ? 'input_text' : 'output_text', text }] },
});
const behind = (id: string, previous: string | null): VoiceEvent => ({
  ...wrote(id, 'New.'),
  type: 'conversation.item.added',
  previous_item_id: previous,
  event_id: 'e',
  item: { id, type: 'message', role: 'user', content: [{ type: 'input_text', text: 'New.' }] },
});
const created = (id: string, conversation_id: string | null = 'conv'): VoiceEvent => ({
  type: 'response.created',
  event_id: 'e',
  response: { id, conversation_id, metadata: { of: id } },
});
const done = (id: string): VoiceEvent => ({ type: 'response.done', event_id: 'e', response: { id } });

describe('the state, over sessions', () => {
  it('takes the words of an item that is sent again for what was heard of it', () => {
    const cut = [...says('a', 'one two three four', 1000), ...plays('a', 500), flushed('a', 500, 500)];
    const state = having(...cut, create('a', 'assistant', 'one two'));
    const item = itemOf(state.conversation, 'a');
    expect(item).toMatchObject({ origin: 'replayed', transcript: 'one two' });
    expect(item && heardTextOf(state, item)).toBe('one two');
    expect(transcriptOf(state)).toEqual([{ itemId: 'a', speaker: 'assistant', text: 'one two', isCut: false }]);
  });

  it('holds nothing to be of the new session that came before it', () => {
    const state = having(
      ...says('a', 'one two three four', 1000),
      ...plays('a', 500),
      flushed('a', 500, 500),
      wrote('b', 'Hi.'),
      restored(),
    );
    expect(toArray(state.conversation.items).map(({ id, origin, transcript }) => [id, origin, transcript])).toEqual([
      ['a', 'replayed', 'one two'],
      ['b', 'replayed', 'Hi.'],
    ]);
  });

  it('loses what was dropped, and puts what is new behind what is due', () => {
    const state = having(
      wrote('a', '1'),
      wrote('b', '2'),
      wrote('c', '3'),
      restored(['c'], ['a']),
      behind('d', 'b'),
      behind('e', 'd'),
    );
    expect(toArray(state.conversation.items).map(({ id, origin }) => [id, origin])).toEqual([
      ['b', 'replayed'],
      ['c', 'due'],
      ['d', 'live'],
      ['e', 'live'],
    ]);
    const first = having(wrote('c', '3'), restored(['c']), behind('d', null));
    expect(toArray(first.conversation.items).map(({ id }) => id)).toEqual(['c', 'd']);
  });

  it('does not wait for a session that is gone', () => {
    const append: ClientEvent = { type: 'input_audio_buffer.append', audio: 'AAAA' };
    const { conversation } = having(append, { type: 'response.create' }, lost);
    expect(conversation.unacknowledged).toEqual([]);
    expect(uncommittedBytes(conversation)).toBe(0);
  });

  it('counts the audio of each session from its beginning', () => {
    const append: ClientEvent = { type: 'input_audio_buffer.append', audio: Buffer.alloc(9600).toString('base64') };
    const stop: VoiceEvent = { type: 'input_audio_buffer.speech_stopped', event_id: 'e', item_id: 'u', audio_end_ms: 100 };
    expect(uncommittedBytes(having(append, append, append, lost, append, stop).conversation)).toBe(4800);
  });

  it('does not take what the user said before for something said now', () => {
    const said = having(create('a', 'user', 'Hi.'));
    expect(said.lanes.isAwaited).toBe(true);
    expect(having(wrote('a', 'Hi.'), create('a', 'user', 'Hi.')).lanes.isAwaited).toBe(false);
  });

  it('does not wait anew for the output of a call that is sent again', () => {
    const call = { id: 'call_x', type: 'function_call', name: 'weather', call_id: 'x', arguments: '{}' } as const;
    const answered = having(...calls('x'), {
      type: 'conversation.item.added',
      event_id: 'e',
      item: { id: 'o', type: 'function_call_output', call_id: 'x', output: '' },
    });
    const again = [
      { type: 'conversation.item.create', item: call } as const,
      { type: 'conversation.item.done', event_id: 'e', item: { ...call, status: 'completed' } } as const,
    ].reduce(sessionState, answered);
    expect(again.conversation.pendingCalls.size).toBe(0);
  });

  it('knows the responses that are open', () => {
    const ask: ClientEvent = { type: 'response.create', event_id: 'rxvox_1' };
    const { responses } = having(created('b', null), ask, created('a'), created('c'), done('c')).conversation;
    expect(responses).toEqual([
      { id: 'b', conversationId: null, metadata: { of: 'b' }, request: undefined },
      { id: 'a', conversationId: 'conv', metadata: { of: 'a' }, request: ask },
    ]);
  });

  it('has the last summary', () => {
    const { summary } = having({ type: 'conversation.summarized', text: 'They met.', throughItemId: 'a' }).conversation;
    expect(summary).toEqual({ text: 'They met.', throughItemId: 'a' });
  });
});

describe('owesAnswer', () => {
  const [begun, added, words, audio] = says('a', 'Hello.', 100, false) as [VoiceEvent, VoiceEvent, VoiceEvent, VoiceEvent];

  it('is so while nothing has come of the response, and nothing to be heard', () => {
    expect(owesAnswer(having())).toBe(false);
    expect(owesAnswer(having(begun))).toBe(true);
    expect(owesAnswer(having(begun, added, words))).toBe(true);
    expect(owesAnswer(having(begun, added, words, audio))).toBe(false);
    expect(owesAnswer(having(begun, done('r_a')))).toBe(false);
  });

  it('is not so when words have come and nobody plays', () => {
    const alone = [begun, added, words].reduce(sessionState, initialState);
    expect(owesAnswer(alone)).toBe(false);
  });

  it('is not so of a response that called a function', () => {
    const [item, call] = calls('x') as [VoiceEvent, VoiceEvent];
    const ofResponse = { type: 'response.output_item.added', event_id: 'e', response_id: 'r_a', output_index: 0 } as const;
    const claimed = item.type === 'conversation.item.added' ? [item, { ...ofResponse, item: item.item }] : [];
    expect(owesAnswer(having(begun, ...claimed))).toBe(true);
    expect(owesAnswer(having(begun, ...claimed, call))).toBe(false);
  });

  it('is not so of a response that was cancelled, or is not to be heard', () => {
    expect(owesAnswer(having(begun, { type: 'response.cancel' }))).toBe(false);
    expect(owesAnswer(having(begun, { type: 'response.cancel', response_id: 'r_a' }))).toBe(false);
    expect(owesAnswer(having(begun, { type: 'playout.flushed', items: [], responseIds: ['r_a'] }))).toBe(false);
  });

  it('is so while a response beside it is cancelled', () => {
    expect(owesAnswer(having(begun, { type: 'response.cancel', response_id: 'beside' }))).toBe(true);
  });

  it('is not so of a response out of band', () => {
    expect(owesAnswer(having(created('b', null)))).toBe(false);
  });

  it('asks as it was asked', () => {
    const greet: ClientEvent = { type: 'response.create', event_id: 'rxvox_1', response: { instructions: 'Greet.' } };
    expect(owedAnswer(having(greet, begun))).toEqual({ type: 'response.create', response: { instructions: 'Greet.' } });
    expect(owedAnswer(having(spoke('u'), begun))).toEqual({ type: 'response.create' });
  });
});
