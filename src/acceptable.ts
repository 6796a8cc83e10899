import type { ConversationItem } from './state/conversation.js';
import type { ClientEvent, ClientEventOf } from './wire/client-event.js';

/**
 * Those of the commands that a session takes which has these items and no others: it refuses items behind others, requests for others, and outputs
 * of calls that it does not have. An item whose place is lost goes to the end.
 */
export const acceptable = (commands: readonly ClientEvent[], held: readonly ConversationItem[]): readonly ClientEvent[] => {
  const ids = new Set(['root', ...held.map(({ id }) => id)]);
  const calls = new Set(held.map(({ item }) => (item.type === 'function_call' ? item.call_id : undefined)));
  return commands.flatMap((command): readonly ClientEvent[] => {
    if (command.type === 'conversation.item.retrieve') return ids.has(command.item_id) ? [command] : [];
    if (command.type !== 'conversation.item.create') return [command];
    const callId = answeredCall(command);
    if (callId !== undefined && !calls.has(callId)) return [];
    const { id, type } = command.item;
    if (type === 'function_call') calls.add(command.item.call_id);
    const placed = inPlace(command, ids);
    if (id !== undefined) ids.add(id);
    return [placed];
  });
};

/** The id of the call that a command is the output of. */
export const answeredCall = (command: ClientEvent): string | undefined =>
  command.type === 'conversation.item.create' && command.item.type === 'function_call_output' ? command.item.call_id : undefined;

const inPlace = (command: ClientEventOf<'conversation.item.create'>, ids: ReadonlySet<string>): ClientEvent => {
  const { previous_item_id, ...atEnd } = command;
  return previous_item_id == null || ids.has(previous_item_id) ? command : atEnd;
};
