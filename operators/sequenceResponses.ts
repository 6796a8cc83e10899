import type { Gate } from '../src/epic.js';
import { isAsked } from '../src/state/unheard.js';

/**
 * A gate: one response at a time. Holds a `response.create` while a response of the default conversation is open or
 * has been asked for; out-of-band responses (`conversation: 'none'`) pass.
 */
export const sequenceResponses: Gate = (state, command) => {
  if (command.type !== 'response.create' || command.response?.conversation === 'none') return 'send';
  return state.conversation.activeResponseId !== undefined || isAsked(state) ? 'hold' : 'send';
};
