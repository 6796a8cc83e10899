import type { Command } from '../events.js';
import type { ClientEventOf } from '../wire/client-event.js';

/** Whether a command asks for a response of the conversation. */
export const isAsk = (command: Command): command is ClientEventOf<'response.create'> =>
  command.type === 'response.create' && command.response?.conversation !== 'none';

/** Whether it asks for nothing but an answer to all that was said: one answer serves several of these. */
export const isPlainAsk = (command: Command): boolean => isAsk(command) && command.response === undefined;
