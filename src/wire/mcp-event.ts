import * as t from 'io-ts';
import { nullable, record } from './shape.js';

const common = { event_id: t.string, previous_item_id: nullable(t.string) };

/** The service asks an MCP server for its tools. */
export const McpListToolsInProgress = record({ type: t.literal('mcp_list_tools.in_progress'), item_id: t.string }, common);
export type McpListToolsInProgress = t.TypeOf<typeof McpListToolsInProgress>;

/** It has them. */
export const McpListToolsCompleted = record({ type: t.literal('mcp_list_tools.completed'), item_id: t.string }, common);
export type McpListToolsCompleted = t.TypeOf<typeof McpListToolsCompleted>;

/** It did not get them. */
export const McpListToolsFailed = record({ type: t.literal('mcp_list_tools.failed'), item_id: t.string }, common);
export type McpListToolsFailed = t.TypeOf<typeof McpListToolsFailed>;

const place = { item_id: t.string, output_index: t.number };

/** Arguments of a call that the service makes, as JSON text, piece by piece. */
export const McpArgumentsDelta = record(
  { type: t.literal('response.mcp_call_arguments.delta'), ...place, response_id: t.string, delta: t.string },
  { ...common, obfuscation: nullable(t.string) },
);
export type McpArgumentsDelta = t.TypeOf<typeof McpArgumentsDelta>;

/** The arguments of a call that the service makes, as JSON text. */
export const McpArgumentsDone = record(
  { type: t.literal('response.mcp_call_arguments.done'), ...place, response_id: t.string, arguments: t.string },
  common,
);
export type McpArgumentsDone = t.TypeOf<typeof McpArgumentsDone>;

/** The service calls. */
export const McpCallInProgress = record({ type: t.literal('response.mcp_call.in_progress'), ...place }, common);
export type McpCallInProgress = t.TypeOf<typeof McpCallInProgress>;

/** The call was answered. */
export const McpCallCompleted = record({ type: t.literal('response.mcp_call.completed'), ...place }, common);
export type McpCallCompleted = t.TypeOf<typeof McpCallCompleted>;

/** The call failed; the item says how. */
export const McpCallFailed = record({ type: t.literal('response.mcp_call.failed'), ...place }, common);
export type McpCallFailed = t.TypeOf<typeof McpCallFailed>;

/** All events about tools that the service calls itself. */
export const mcpEvents = [
  McpListToolsInProgress,
  McpListToolsCompleted,
  McpListToolsFailed,
  McpArgumentsDelta,
  McpArgumentsDone,
  McpCallInProgress,
  McpCallCompleted,
  McpCallFailed,
] as const;
