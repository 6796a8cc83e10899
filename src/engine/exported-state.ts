import * as t from 'io-ts';
import { isLeft } from '../either.js';
import { ConfigError } from '../errors.js';
import { restore } from '../restore.js';
import type { SessionState } from '../state/session-state.js';
import { outputItem } from '../tool-rounds.js';
import type { ClientEvent } from '../wire/client-event.js';
import { Item } from '../wire/item.js';
import { pathsOf } from '../wire/paths.js';

const Exported = t.type({ version: t.literal(1), items: t.array(Item) });

/**
 * A conversation as JSON, for another process or another day: its items as a new session would be told them, the user's words and what was heard of
 * the assistant's, and what was said to the session and not confirmed. Audio without words, settings and tools are not in it.
 */
export type ExportedState = t.TypeOf<typeof Exported>;

/** What there is to be told of a conversation. */
export const exportedState = (state: SessionState): ExportedState => {
  const sent = state.conversation.unacknowledged;
  const { commands } = restore(state, { commands: sent, recordingOf: () => undefined }, { reanchor: '', budgetTokens: Infinity });
  return {
    version: 1,
    items: commands.flatMap((command) => (command.type === 'conversation.item.create' ? [command.item] : [])),
  };
};

/**
 * The commands that tell a session what was exported. A call that had no output yet gets one: that its result is lost.
 *
 * @throws ConfigError on call, when it is nothing that `exportState` has made.
 */
export const importCommands = (exported: unknown): readonly ClientEvent[] => {
  const read = Exported.decode(typeof exported === 'string' ? parsed(exported) : exported);
  if (isLeft(read)) {
    const where = pathsOf(read.left).join(', ') || 'it';
    throw new ConfigError(`importState: ${where} does not fit; give what exportState returned, version 1`, {
      code: 'invalid_config',
    });
  }
  const { items } = read.right;
  const answered = new Set(items.map((item) => item.type === 'function_call_output' && item.call_id));
  return items.flatMap((item) => {
    const created: ClientEvent = { type: 'conversation.item.create', item };
    const isOpen = item.type === 'function_call' && item.call_id != null && !answered.has(item.call_id);
    return isOpen ? [created, lostOutput(item.call_id, item.name)] : created;
  });
};

/** Nobody runs the call again, for its effect may be in the world; no session answers over one that is open. */
const lostOutput = (callId: string, name: string): ClientEvent =>
  outputItem(callId, JSON.stringify({ error: `tool ${name}: result lost; it may have run` }));

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
