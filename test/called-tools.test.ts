import { expect, it } from 'vitest';
import { openCalls } from '../src/called-tools.js';
import type { VoiceEvent } from '../src/events.js';
import { conversation, initialConversation } from '../src/state/conversation.js';
import type { Item } from '../src/wire/item.js';

const call = (status: 'in_progress' | 'completed'): Item => ({
  id: 'item_1',
  type: 'function_call',
  call_id: 'call_1',
  name: 'look',
  arguments: status === 'completed' ? '{"at":1}' : '',
  status,
});
const place = { event_id: 'e', response_id: 'resp_1', output_index: 0 };
const begun: readonly VoiceEvent[] = [
  { type: 'response.created', event_id: 'e', response: { id: 'resp_1', status: 'in_progress' } },
  { type: 'conversation.item.added', event_id: 'e', item: call('in_progress') },
];
const argued: VoiceEvent = {
  type: 'response.function_call_arguments.done',
  ...place,
  item_id: 'item_1',
  call_id: 'call_1',
  arguments: '{"at":1}',
};
const done: VoiceEvent = { type: 'conversation.item.done', event_id: 'e', item: call('completed') };
const open = (...events: readonly VoiceEvent[]) => openCalls(events.reduce(conversation, initialConversation));

it('tells of a call with all of its arguments that the service may not know it before its item is done', () => {
  const made = { callId: 'call_1', name: 'look', arguments: '{"at":1}', responseId: 'resp_1' };
  expect(open(...begun)).toEqual([]);
  expect(open(...begun, argued)).toEqual([{ call: made, isItemDone: false }]);
  expect(open(...begun, argued, done)).toEqual([{ call: made, isItemDone: true }]);
});
