import {
  type FunctionCallItem,
  type FunctionCallOutputItem,
  type Item,
  longestId,
  type McpApprovalRequestItem,
  type McpCallItem,
} from '../wire/item.js';
import type { ConversationItem } from './conversation.js';
import { emptyList, type ItemList, insertAfter, toArray } from './item-list.js';

/**
 * The items with each call of an MCP tool, and each request to approve one that led to none, as a function call and its output: another session
 * takes these from a client, and not the others. The call keeps its id, unless it is longer than a client's may be.
 *
 * Lists of tools, and answers to requests, stay as they are: another session makes lists of its own, and knows nothing of the requests.
 */
export const mcpAsCalls = (items: ItemList<ConversationItem>): ItemList<ConversationItem> => {
  const all = toArray(items);
  const wires = all.map(({ item }) => item);
  const called = new Set(wires.map((item) => (item.type === 'mcp_call' ? item.approval_request_id : undefined)));
  const isMeant = (item: Item): item is McpCallItem | McpApprovalRequestItem =>
    item.type === 'mcp_call' || (item.type === 'mcp_approval_request' && !called.has(item.id));
  if (!wires.some(isMeant)) return items;

  let number = all.reduce((most, { id }) => Math.max(most, numberOf(id)), 0);
  const newId = (): string => `${prefix}${++number}`;
  const pairOf = (told: string, item: McpCallItem | McpApprovalRequestItem): readonly ConversationItem[] => {
    const id = told.length > longestId ? newId() : told;
    const output = item.type === 'mcp_call' ? resultOf(item) : answerTo(item, wires);
    return [callOf(id, item), heldOf(newId(), { type: 'function_call_output', call_id: id, output })];
  };
  return all
    .flatMap((held) => (isMeant(held.item) ? pairOf(held.id, held.item) : [held]))
    .reduce<ItemList<ConversationItem>>((list, held) => insertAfter(list, held, undefined), emptyList());
};

/** How the ids of what we make ourselves begin. */
const prefix = 'rxvox_mcp_';

const numberOf = (id: string): number => (id.startsWith(prefix) ? Number(id.slice(prefix.length)) || 0 : 0);

/** A name as a function may have it; those of MCP tools may have dots, too. */
const callOf = (id: string, { name, arguments: args }: McpCallItem | McpApprovalRequestItem): ConversationItem =>
  heldOf(id, {
    type: 'function_call',
    call_id: id,
    name: name.replace(/[^\w-]/g, '_').slice(0, 64),
    arguments: args || '{}',
    status: 'completed',
  });

// Of no response, so that nobody runs it: it was the service's to run.
const heldOf = (id: string, item: FunctionCallItem | FunctionCallOutputItem): ConversationItem => ({
  id,
  item: { ...item, id },
  responseId: undefined,
  transcript: '',
  receivedBytes: 0,
  truncatedMs: undefined,
  origin: 'live',
});

const resultOf = ({ output, error }: McpCallItem): string => output ?? failed(error?.message ?? unknownOutcome);

const answerTo = ({ id }: McpApprovalRequestItem, wires: readonly Item[]): string => {
  const answer = wires.find((item) => item.type === 'mcp_approval_response' && item.approval_request_id === id);
  if (answer?.type !== 'mcp_approval_response')
    return failed('The call was not allowed before the connection was lost. Ask again if it is still needed.');
  if (answer.approve) return failed(unknownOutcome);
  return failed(answer.reason ? `The call was not allowed: ${answer.reason}` : 'The call was not allowed.');
};

const unknownOutcome = 'The connection was lost before the result came. It is not known whether the tool was run.';

/** What a model is told of a call that came to nothing, as of the application's own tools. */
const failed = (error: string): string => JSON.stringify({ error });
