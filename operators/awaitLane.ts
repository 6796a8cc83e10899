import type { Gate } from '../src/epic.js';

/**
 * A gate: the answer waits for the lane. Holds the `response.create` that is to answer the user until the conversation is in the lane that
 * `decideLane` has found for it, or `lane.overdue` has said that nothing was found in time.
 * Drops it when the user has interrupted meanwhile: what is said then is answered with it.
 */
export const awaitLane: Gate = ({ lanes }, command) => {
  if (command.type !== 'response.create' || command.response?.conversation === 'none' || !lanes.isAwaited) return 'send';
  if (lanes.isInterrupted) return 'drop';
  return lanes.isOverdue || lanes.decided === lanes.lane ? 'send' : 'hold';
};
