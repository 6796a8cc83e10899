import type { Gate } from '../src/epic.js';
import { isPlainAsk } from '../src/state/asks.js';

/**
 * A gate: what the user says or writes during a tool round is answered together with the outputs. Holds a `response.create` without parameters of
 * its own until the response that has called is over and no call is open; the round's own request takes its place. Once `tool.overdue` has said
 * that the calls take too long it waits for them no longer.
 */
export const awaitTools: Gate = ({ tools, conversation }, command) => {
  if (!tools.isDue || !isPlainAsk(command)) return 'send';
  const isRunning = tools.openCount > 0 && !tools.isOverdue;
  return isRunning || conversation.activeResponseId !== undefined ? 'merge' : 'send';
};
