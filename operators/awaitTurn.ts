import type { Gate } from '../src/epic.js';
import { isAsk, isPlainAsk } from '../src/state/asks.js';

/**
 * A gate: an answer that has had to wait, for another answer or for its lane, is not asked for in the midst of the user's words. It waits on until these
 * are a turn, whose own request then takes its place, or are none (`speech.dismissed`). What is asked for while he speaks and need not wait is sent.
 */
export const awaitTurn: Gate = ({ speech }, command, hasWaited) => {
  if (!hasWaited || !speech.isDue || !isAsk(command)) return 'send';
  return isPlainAsk(command) ? 'merge' : 'hold';
};
