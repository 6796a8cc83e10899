import { describe, expect, it } from 'vitest';
import type { Command, VoiceEvent } from '../../src/events.js';
import { conversation, initialConversation, itemOf, uncommittedBytes } from '../../src/state/conversation.js';
import { toArray } from '../../src/state/item-list.js';
import { get } from '../../src/state/persistent-map.js';
import type { ServerEvent } from '../../src/wire/server-event.js';

const having = (...entries: readonly (Command | VoiceEvent)[]) => entries.reduce(conversation, initialConversation);
const place = { event_id: 'e', response_id: 'resp_1', item_id: 'item_1', output_index: 0, content_index: 0 };
const created: ServerEvent = { type: 'response.created', event_id: 'e', response: { id: 'resp_1', status: 'in_progress' } };
const answer = (id = 'item_1', previous_item_id: string | null | undefined = undefined): ServerEvent => ({
  type: 'conversation.item.added',
  event_id: 'e',
  ...(previous_item_id === undefined ? {} : { previous_item_id }),
  item: { id, type: 'message', role: 'assistant', status: 'in_progress', content: [] },
});
const delta = (bytes: number): ServerEvent => ({
  type: 'response.output_audio.delta',
  ...place,
  delta: Buffer.alloc(bytes).toString('base64'),
});
const append = (bytes: number): Command => ({ type: 'input_audio_buffer.append', audio: Buffer.alloc(bytes).toString('base64') });
const pending = { id: 'item_2', type: 'function_call', name: 'weather', call_id: 'call_1', arguments: '{}' } as const;
const call: ServerEvent = {
  type: 'conversation.item.done',
  event_id: 'e',
  item: { ...pending, status: 'completed' },
};

describe('conversation', () => {
  it('counts the bytes of audio that an item received', () => {
    for (const bytes of [1, 2, 3, 960]) {
      expect(itemOf(having(answer(), delta(bytes), delta(7)), 'item_1')?.receivedBytes).toBe(bytes + 7);
    }
  });

  it('knows the response of an item as soon as the item is there', () => {
    expect(itemOf(having(created, answer()), 'item_1')?.responseId).toBe('resp_1');
  });

  it('keeps the order that the service tells, not that of arrival', () => {
    const items = having(answer('a'), answer('c'), answer('b', 'a'), answer('z', null)).items;
    expect(toArray(items).map(({ id }) => id)).toEqual(['z', 'a', 'b', 'c']);
  });

  it('gathers the words of an item', () => {
    const words = (text: string): ServerEvent => ({ type: 'response.output_audio_transcript.delta', ...place, delta: text });
    const done: ServerEvent = { type: 'response.output_audio_transcript.done', ...place, transcript: 'It is sunny.' };
    expect(itemOf(having(answer(), words('It is'), words(' sunny')), 'item_1')?.transcript).toBe('It is sunny');
    expect(itemOf(having(answer(), words('It is'), done), 'item_1')?.transcript).toBe('It is sunny.');
  });

  it('marks what was cut, and forgets what was deleted', () => {
    const cut: ServerEvent = {
      type: 'conversation.item.truncated',
      event_id: 'e',
      item_id: 'item_1',
      content_index: 0,
      audio_end_ms: 40,
    };
    const deleted: ServerEvent = { type: 'conversation.item.deleted', event_id: 'e', item_id: 'item_1' };
    expect(itemOf(having(answer(), cut), 'item_1')?.truncatedMs).toBe(40);
    expect(itemOf(having(answer(), deleted), 'item_1')).toBeUndefined();
  });

  it('keeps a function call pending until its output is there', () => {
    const added: ServerEvent = { type: 'conversation.item.added', event_id: 'e', item: { ...pending, status: 'in_progress' } };
    const output: ServerEvent = {
      type: 'conversation.item.added',
      event_id: 'e',
      item: { id: 'item_3', type: 'function_call_output', call_id: 'call_1', output: '{}' },
    };
    const asked = having(added, call);
    expect(get(asked.pendingCalls, 'call_1')).toEqual({ callId: 'call_1', name: 'weather', arguments: '{}', itemId: 'item_2' });
    expect(conversation(asked, output).pendingCalls.size).toBe(0);
  });

  it('waits for the output of a call from the moment that its arguments are complete', () => {
    const added: ServerEvent = {
      type: 'conversation.item.added',
      event_id: 'e',
      item: { ...pending, status: 'in_progress', arguments: '' },
    };
    const place = { event_id: 'e', response_id: 'resp_1', output_index: 0 };
    const argued: ServerEvent = {
      type: 'response.function_call_arguments.done',
      ...place,
      item_id: 'item_2',
      call_id: 'call_1',
      arguments: '{"at":1}',
    };
    const shown: ServerEvent = { type: 'response.output_item.done', ...place, item: pending };
    const waiting = having(added, argued);
    expect(get(waiting.pendingCalls, 'call_1')).toEqual({
      callId: 'call_1',
      name: 'weather',
      arguments: '{"at":1}',
      itemId: 'item_2',
    });
    expect(itemOf(waiting, 'item_2')?.item).toMatchObject({ arguments: '{"at":1}', status: 'in_progress' });
    expect(having(added, shown).pendingCalls.size).toBe(1);
    expect(having(argued).pendingCalls.size).toBe(0);
  });

  it('does not wait for the output of a call that was cut short', () => {
    const cut: ServerEvent = { ...call, item: { ...pending, status: 'incomplete' } };
    expect(having(cut).pendingCalls.size).toBe(0);
  });

  it('takes no answer of the service for a seeded item', () => {
    const seed: Command = {
      type: 'conversation.item.create',
      item: { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hello.' }] },
    };
    expect(having(seed, answer()).unacknowledged).toEqual([seed]);
  });

  it('tells out-of-band responses from those of the conversation', () => {
    const aside: Command = { type: 'response.create', response: { conversation: 'none' } };
    const ask: Command = { type: 'response.create' };
    const began = (conversation_id: string | null): ServerEvent => ({
      type: 'response.created',
      event_id: 'e',
      response: { id: 'resp_2', conversation_id },
    });
    expect(having(ask, aside, began(null)).unacknowledged).toEqual([ask]);
    expect(having(aside, ask, began('conv_1')).unacknowledged).toEqual([aside]);
  });

  it('takes a refusal without an id for one of the command that it fits', () => {
    const commit: Command = { type: 'input_audio_buffer.commit' };
    const refused: ServerEvent = {
      type: 'error',
      event_id: 'e',
      error: { type: 'invalid_request_error', code: 'input_audio_buffer_commit_empty', message: 'no' },
    };
    expect(having({ type: 'response.create' }, commit, refused).unacknowledged).toEqual([{ type: 'response.create' }]);
  });

  it('adds up usage, cached tokens too, and counts what is null as nothing', () => {
    const done: ServerEvent = {
      type: 'response.done',
      event_id: 'e',
      response: {
        id: 'resp_1',
        usage: {
          total_tokens: 10,
          input_token_details: { text_tokens: 4, audio_tokens: null, cached_tokens_details: { text_tokens: 3, audio_tokens: 1 } },
          output_token_details: null,
        },
      },
    };
    expect(having(done, done).usage).toEqual({
      responses: 2,
      input: { text: 8, audio: 0, image: 0 },
      cached: { text: 6, audio: 2, image: 0 },
      output: { text: 0, audio: 0, image: 0 },
      totalTokens: 20,
    });
  });

  it.each([
    ['xAI', { turn_detection: { type: null } }],
    ['Voice Live', { turn_detection: null }],
  ])('reads whose turns they are where %s says it', (_, session) => {
    const created = { type: 'session.created', event_id: 'e', session: { type: 'realtime', ...session } } as ServerEvent;
    expect(having(created).turns).toBe('client');
  });

  it('counts what was appended and is part of no turn, whoever ends turns', () => {
    const off: Command = { type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: null } } } };
    expect(uncommittedBytes(having(off, append(960), append(960)))).toBe(1920);
    expect(uncommittedBytes(having(off, append(960), { type: 'input_audio_buffer.commit' }, append(480)))).toBe(480);
    expect(uncommittedBytes(having(off, append(960), { type: 'input_audio_buffer.clear' }))).toBe(0);
    // 48 bytes a millisecond
    const stop: ServerEvent = { type: 'input_audio_buffer.speech_stopped', event_id: 'e', item_id: 'item_9', audio_end_ms: 10 };
    expect(uncommittedBytes(having(append(960), stop))).toBe(480);
  });

  it('takes a refusal for an answer, by the id of the command', () => {
    const create: Command = { type: 'response.create', event_id: 'mine' };
    const refused = (event_id: string): ServerEvent => ({
      type: 'error',
      event_id: 'e',
      error: { type: 'invalid_request_error', message: 'no', event_id },
    });
    expect(having(create, refused('other')).unacknowledged).toEqual([create]);
    expect(having(create, refused('mine')).unacknowledged).toEqual([]);
  });

  it('is the same state after an entry that concerns it not', () => {
    expect(having({ type: 'speech.started', position: 0 })).toBe(initialConversation);
  });
});
