import type { Gate } from '../src/epic.js';
import { isAsk } from '../src/state/asks.js';
import { isAsked } from '../src/state/unheard.js';

/**
 * A gate: one response at a time. Holds a `response.create` while a response of the default conversation is open or
 * has been asked for; out-of-band responses (`conversation: 'none'`) pass.
 */
export const sequenceResponses: Gate = (state, command) => {
  if (!isAsk(command)) return 'send';
  return state.conversation.activeResponseId !== undefined || isAsked(state) ? 'hold' : 'send';
};
