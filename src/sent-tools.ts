import type { ClientEvent } from './wire/client-event.js';
import type { McpTool } from './wire/tool.js';

/** What opens the door to an MCP server. */
export type McpSecrets = Pick<McpTool, 'authorization' | 'headers'>;

/** The secrets of MCP servers, as the session was sent them: whoever tells its settings may keep them back. */
export interface SentTools {
  /** A command was sent. */
  sent(command: ClientEvent): void;
  /** The secrets of a server, by its label; none where none were sent. */
  secretsOf(serverLabel: string): McpSecrets;
}

/** None so far; of each server those that were sent last. */
export const createSentTools = (): SentTools => {
  const servers = new Map<string, McpSecrets>();
  return {
    sent(command) {
      if (command.type !== 'session.update') return;
      for (const tool of command.session.tools ?? []) {
        if (tool.type === 'mcp') servers.set(tool.server_label, secretsIn(tool));
      }
    },
    secretsOf: (serverLabel) => servers.get(serverLabel) ?? {},
  };
};

const secretsIn = ({ authorization, headers }: McpSecrets): McpSecrets => ({
  ...(authorization == null ? {} : { authorization }),
  ...(headers == null ? {} : { headers }),
});
