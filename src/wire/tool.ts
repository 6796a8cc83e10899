import * as t from 'io-ts';
import { list, nullable, open, record, texts } from './shape.js';

/** A function that the application runs; `parameters` is a JSON schema. */
export const FunctionTool = record(
  { type: t.literal('function') },
  { name: t.string, description: nullable(t.string), parameters: t.unknown },
);
export type FunctionTool = t.TypeOf<typeof FunctionTool>;

const Filter = record({}, { read_only: t.boolean, tool_names: list(t.string) });

/** The tools of an MCP server, which the service calls itself. */
export const McpTool = record(
  { type: t.literal('mcp'), server_label: t.string },
  {
    server_url: t.string,
    connector_id: t.string,
    tunnel_id: t.string,
    server_description: nullable(t.string),
    authorization: nullable(t.string),
    headers: nullable(texts),
    allowed_callers: nullable(list(open('direct', 'programmatic'))),
    allowed_tools: nullable(t.union([list(t.string), Filter])),
    require_approval: nullable(t.union([t.string, record({}, { always: Filter, never: Filter })])),
    defer_loading: t.boolean,
  },
);
export type McpTool = t.TypeOf<typeof McpTool>;

/** A tool that a session or a response declares. */
export const Tool = t.union([FunctionTool, McpTool], 'Tool');
export type Tool = t.TypeOf<typeof Tool>;

/** A tool as a service echoes it: xAI and Voice Live have kinds of their own. */
export const EchoedTool = record(
  {},
  { type: t.string, name: t.string, description: nullable(t.string), parameters: t.unknown, server_label: t.string },
);
export type EchoedTool = t.TypeOf<typeof EchoedTool>;

/** Which tool the model may or must call. */
export const ToolChoice = t.union([
  open('auto', 'none', 'required'),
  record({ type: open('function', 'mcp') }, { name: nullable(t.string), server_label: t.string }),
]);
export type ToolChoice = t.TypeOf<typeof ToolChoice>;
