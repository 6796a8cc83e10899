import { patchOf, settingsOf } from './lane-patch.js';
import type { McpSecrets } from './sent-tools.js';
import type { Session, SessionPatch } from './wire/session.js';

/** Where a session says what a `session.update` may say. The model is the connection's. */
const settable: ReadonlySet<string> = new Set([
  'type',
  'output_modalities',
  'instructions',
  'tools',
  'tool_choice',
  'max_output_tokens',
  'tracing',
  'truncation',
  'prompt',
  'reasoning',
  'parallel_tool_calls',
  'include',
  'audio.input.format',
  'audio.input.transcription',
  'audio.input.noise_reduction',
  'audio.input.turn_detection',
  'audio.output.format',
  'audio.output.voice',
  'audio.output.speed',
  'audio.output.language',
]);

/** What null turns off; elsewhere it only says that nothing was set. */
const switches: ReadonlySet<string> = new Set([
  'audio.input.transcription',
  'audio.input.noise_reduction',
  'audio.input.turn_detection',
]);

/**
 * All settings of a session, with what was asked for since, as a new session takes them; undefined where nothing is known.
 *
 * @param secretsOf What opens the door to an MCP server, by its label, where the session does not tell.
 */
export const restorableSettings = (
  session: Session | undefined,
  asked: readonly SessionPatch[],
  secretsOf: (serverLabel: string) => McpSecrets = () => ({}),
): SessionPatch | undefined => {
  const told = [...settingsOf(session)].flatMap(([path, value]) =>
    settable.has(path) && (value !== null || switches.has(path)) ? [[path, sendable(path, value, secretsOf)] as const] : [],
  );
  const settings = new Map([...told, ...asked.flatMap((patch) => [...settingsOf(patch)])]);
  return settings.size > 0 ? patchOf(settings) : undefined;
};

/** The service tells what is not set as null and takes no null in its place. What stands in a tool's schema is the application's own. */
const sendable = (path: string, value: unknown, secretsOf: (serverLabel: string) => McpSecrets): unknown =>
  path === 'tools' && Array.isArray(value)
    ? value.map((tool) => withSecrets(withoutNulls(tool), secretsOf))
    : withoutNulls(value);

const withoutNulls = (value: unknown): unknown =>
  isRecord(value) ? Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null)) : value;

const withSecrets = (tool: unknown, secretsOf: (serverLabel: string) => McpSecrets): unknown =>
  isRecord(tool) && tool.type === 'mcp' && typeof tool.server_label === 'string'
    ? { ...tool, ...secretsOf(tool.server_label) }
    : tool;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
