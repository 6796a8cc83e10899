import type { Gate } from '../src/epic.js';
import { isAsk } from '../src/state/asks.js';

/**
 * A gate: the answer waits for the lane. Holds the `response.create` that is to answer the user until the conversation is in the lane that
 * `decideLane` has found for it, or `lane.overdue` has said that nothing was found in time.
 */
export const awaitLane: Gate = ({ lanes }, command) =>
  isAsk(command) && lanes.isAwaited && !lanes.isOverdue && lanes.decided !== lanes.lane ? 'hold' : 'send';
