import * as t from 'io-ts';
import { isLeft } from '../either.js';
import { ConfigError } from '../errors.js';
import { restore } from '../restore.js';
import type { SessionState } from '../state/session-state.js';
import type { ClientEvent } from '../wire/client-event.js';
import { Item } from '../wire/item.js';
import { pathsOf } from '../wire/paths.js';

const Exported = t.type({ version: t.literal(1), items: t.array(Item) });

/**
 * A conversation as JSON, for another process or another day: its items as a new session would be told them, the user's words and what was heard of
 * the assistant's. Audio without words, settings and tools are not in it.
 */
export type ExportedState = t.TypeOf<typeof Exported>;

/** What there is to be told of a conversation. */
export const exportedState = (state: SessionState): ExportedState => {
  const { commands } = restore(state, { commands: [], recordingOf: () => undefined }, { reanchor: '', budgetTokens: Infinity });
  return {
    version: 1,
    items: commands.flatMap((command) => (command.type === 'conversation.item.create' ? [command.item] : [])),
  };
};

/**
 * The commands that tell a session what was exported.
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
  return read.right.items.map((item) => ({ type: 'conversation.item.create', item }));
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
