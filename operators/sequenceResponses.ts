import type { Gate } from '../src/epic.js';

/**
 * A gate: one response at a time. Holds a `response.create` while a response of the default conversation is open or
 * has been asked for; out-of-band responses (`conversation: 'none'`) pass.
 */
export const sequenceResponses: Gate = ({ conversation }, command) => {
  if (command.type !== 'response.create' || command.response?.conversation === 'none') return 'send';
  const isAskedFor = conversation.unacknowledged.some(
    (asked) => asked.type === 'response.create' && asked.response?.conversation !== 'none',
  );
  return conversation.activeResponseId !== undefined || isAskedFor ? 'hold' : 'send';
};
