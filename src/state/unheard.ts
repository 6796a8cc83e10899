import type { ConversationState } from './conversation.js';
import type { SessionState } from './session-state.js';

/** Whether the assistant has something to say that was not heard: audio that waits, a response that runs or will, or a turn that is delegated. */
export const isUnheard = (state: SessionState): boolean => {
  const { playout, conversation } = state;
  const { activeResponseId } = conversation;
  if (playout.isSounding || isAsked(state) || state.delegations > 0) return true;
  const isAnswering = activeResponseId !== undefined && !playout.dropped.includes(activeResponseId);
  return isAnswering && !isCancelled(conversation);
};

/** Whether the response that is open was cancelled, and the provider has not said so yet; one beside it says nothing of it. */
export const isCancelled = ({ unacknowledged, activeResponseId }: ConversationState): boolean =>
  unacknowledged.some(
    (command) => command.type === 'response.cancel' && (command.response_id ?? activeResponseId) === activeResponseId,
  );

/** Whether a response of the conversation was asked for and has not begun. */
export const isAsked = ({ conversation }: SessionState): boolean =>
  conversation.unacknowledged.some((command) => command.type === 'response.create' && command.response?.conversation !== 'none');

/** Whether the provider answers by itself the turns that it finds. */
export const providerAnswers = ({ conversation }: SessionState): boolean =>
  conversation.turns === 'server' && conversation.session?.audio?.input?.turn_detection?.create_response !== false;

/** Whether the provider cancels its response by itself when it notices speech. */
export const providerInterrupts = ({ conversation }: SessionState): boolean => {
  const detection = conversation.session?.audio?.input?.turn_detection;
  return conversation.turns === 'server' && detection?.interrupt_response !== false;
};
