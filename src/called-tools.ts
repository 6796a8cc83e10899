import type { OfType, VoiceEvent } from './events.js';
import { type ConversationState, itemOf, pendingCallsOf } from './state/conversation.js';
import type { ToolCall } from './tool-rounds.js';
import type { Item } from './wire/item.js';

/** The events that tell of function calls, each of them of every call. */
export const callTypes = [
  'response.function_call_arguments.done',
  'response.output_item.done',
  'conversation.item.done',
] as const;

export interface CalledTool {
  readonly call: ToolCall;
  /** Whether the service has finished the call's item: before that it may not know the call. */
  readonly isItemDone: boolean;
}

/** The complete call that an event tells of, if it is one that the model made in this conversation. */
export const calledIn = (
  event: OfType<VoiceEvent, (typeof callTypes)[number]>,
  conversation: ConversationState,
): CalledTool | undefined => {
  if (event.type === 'response.function_call_arguments.done') {
    const item = itemOf(conversation, event.item_id)?.item;
    // Beta peers leave the name out.
    const name = event.name ?? (item?.type === 'function_call' ? item.name : undefined);
    if (!name) return undefined;
    return called(conversation, event.item_id, { callId: event.call_id, name, arguments: event.arguments }, false);
  }
  const { item } = event;
  if (item.type !== 'function_call' || item.call_id == null || item.id == null || item.status === 'incomplete') return undefined;
  return called(conversation, item.id, { callId: item.call_id, name: item.name, arguments: item.arguments }, true);
};

/** The calls that wait for their output by now. */
export const openCalls = (conversation: ConversationState): readonly CalledTool[] =>
  pendingCallsOf(conversation).flatMap(
    (call) => called(conversation, call.itemId, call, !isInProgress(itemOf(conversation, call.itemId)?.item)) ?? [],
  );

const isInProgress = (item: Item | undefined): boolean => item?.type === 'function_call' && item.status === 'in_progress';

/** Calls that the application put into the conversation itself were run before, and those of out-of-band responses are no part of it. */
const called = (
  conversation: ConversationState,
  itemId: string,
  { callId, name, arguments: args }: Omit<ToolCall, 'responseId'>,
  isItemDone: boolean,
): CalledTool | undefined => {
  const responseId = itemOf(conversation, itemId)?.responseId;
  return responseId === undefined ? undefined : { call: { callId, name, arguments: args, responseId }, isItemDone };
};
