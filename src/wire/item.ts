import * as t from 'io-ts';
import { chosen, list, nullable, open, record } from './shape.js';

/**
 * A part of a message. Parts of the assistant are `output_text` and `output_audio` in items, `text` and `audio` in the
 * `response.content_part.*` events and in items of beta peers.
 */
export const ContentPart = record(
  {},
  {
    type: open('input_text', 'input_audio', 'input_image', 'output_text', 'output_audio', 'text', 'audio'),
    text: nullable(t.string),
    /** Base64, in the session's format. */
    audio: nullable(t.string),
    /** Null until the transcript is there. */
    transcript: nullable(t.string),
    /** A data URL of a PNG or JPEG. */
    image_url: nullable(t.string),
    detail: nullable(open('auto', 'low', 'high')),
  },
);
export type ContentPart = t.TypeOf<typeof ContentPart>;

/** Ids of a client that are longer are refused (`string_above_max_length`). */
export const longestId = 32;

const status = open('completed', 'incomplete', 'in_progress');

const common = { id: t.string, object: t.string, status };

/** Something said or shown. xAI leaves `content` out where it is not known yet. */
export const MessageItem = record(
  { type: t.literal('message'), role: open('system', 'user', 'assistant') },
  {
    ...common,
    content: list(ContentPart),
    /** Models that reason say which of their messages is the answer. */
    phase: nullable(open('commentary', 'final_answer')),
  },
);
export type MessageItem = t.TypeOf<typeof MessageItem>;

/** The model asks for a tool; `arguments` is JSON text, empty while it still arrives. */
export const FunctionCallItem = record(
  { type: t.literal('function_call'), name: t.string, arguments: t.string },
  { ...common, call_id: t.string },
);
export type FunctionCallItem = t.TypeOf<typeof FunctionCallItem>;

/** What the tool said. */
export const FunctionCallOutputItem = record(
  { type: t.literal('function_call_output'), call_id: t.string, output: t.string },
  common,
);
export type FunctionCallOutputItem = t.TypeOf<typeof FunctionCallOutputItem>;

/** The tools of an MCP server, as the service listed them. */
export const McpListToolsItem = record(
  {
    type: t.literal('mcp_list_tools'),
    server_label: t.string,
    tools: list(record({ name: t.string, input_schema: t.unknown }, { annotations: t.unknown, description: nullable(t.string) })),
  },
  common,
);
export type McpListToolsItem = t.TypeOf<typeof McpListToolsItem>;

const McpError = record(
  {},
  { type: open('protocol_error', 'tool_execution_error', 'http_error'), code: t.number, message: t.string },
);

/** A tool that the service itself called. */
export const McpCallItem = record(
  { type: t.literal('mcp_call'), name: t.string, arguments: t.string, server_label: t.string },
  { ...common, approval_request_id: nullable(t.string), error: nullable(McpError), output: nullable(t.string) },
);
export type McpCallItem = t.TypeOf<typeof McpCallItem>;

/** The service asks whether it may call a tool. */
export const McpApprovalRequestItem = record(
  { type: t.literal('mcp_approval_request'), name: t.string, arguments: t.string, server_label: t.string },
  common,
);
export type McpApprovalRequestItem = t.TypeOf<typeof McpApprovalRequestItem>;

/** Whether it may. */
export const McpApprovalResponseItem = record(
  { type: t.literal('mcp_approval_response'), approval_request_id: t.string, approve: t.boolean },
  { ...common, reason: nullable(t.string) },
);
export type McpApprovalResponseItem = t.TypeOf<typeof McpApprovalResponseItem>;

const known = [
  MessageItem,
  FunctionCallItem,
  FunctionCallOutputItem,
  McpListToolsItem,
  McpCallItem,
  McpApprovalRequestItem,
  McpApprovalResponseItem,
] as const;

const knownTypes: ReadonlySet<string> = new Set<t.TypeOf<(typeof known)[number]>['type']>([
  'message',
  'function_call',
  'function_call_output',
  'mcp_list_tools',
  'mcp_call',
  'mcp_approval_request',
  'mcp_approval_response',
]);

/**
 * An entry of the conversation. `id` is optional because clients may leave it to the service; the service always sends it.
 *
 * Items of a type that this version does not know decode too, though the type cannot say so: end a `switch` with a default.
 */
export type Item = t.TypeOf<(typeof known)[number]>;

const KnownItem: t.Type<Item> = t.union([...known]);

/** Items that came after this version: they must not lose the response that holds them. */
const LaterItem = record({ type: t.string }, common) as unknown as t.Type<Item>;

const typeOf = (input: unknown): string => (t.UnknownRecord.is(input) && typeof input.type === 'string' ? input.type : '');

/** Its codec. */
export const Item = chosen('Item', (input) => (knownTypes.has(typeOf(input)) ? KnownItem : LaterItem));

/** Stands for an item that is in the conversation already. */
export const ItemReference = record({ type: t.literal('item_reference'), id: t.string }, {});
export type ItemReference = t.TypeOf<typeof ItemReference>;

/** What a response may be given in place of the conversation. */
export type InputItem = Item | ItemReference;
export const InputItem = chosen<InputItem>('InputItem', (input) =>
  typeOf(input) === 'item_reference' ? (ItemReference as t.Type<InputItem>) : (Item as t.Type<InputItem>),
);
