import type { Gate } from '../src/epic.js';
import { isAsked } from '../src/state/unheard.js';

/**
 * A gate: one response at a time. Holds a `response.create` while a response of the default conversation is open or
 * has been asked for; out-of-band responses (`conversation: 'none'`) pass. Drops the answer
 * to a turn when the user has spoken again before it was asked for: what is said then is answered with it.
 */
export const sequenceResponses: Gate = (state, command) => {
  if (command.type !== 'response.create' || command.response?.conversation === 'none') return 'send';
  if (state.lanes.isAwaited && state.lanes.isInterrupted) return 'drop';
  return state.conversation.activeResponseId !== undefined || isAsked(state) ? 'hold' : 'send';
};
