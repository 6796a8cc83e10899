import type { Gate } from '../src/epic.js';
import type { Lane } from '../src/lane.js';
import { isAsk } from '../src/state/asks.js';

/**
 * A gate: while the conversation is in a lane with a `delegation`, the user is answered by it. The `response.create` that would let the session's
 * model answer becomes `turn.delegated`.
 */
export const delegateAnswers = (lanes: readonly Lane[]): Gate => {
  const delegating = new Set(lanes.flatMap(({ name, delegation }) => (delegation ? [name] : [])));
  return ({ lanes: { lane, isAwaited } }, command) =>
    isAsk(command) && isAwaited && delegating.has(lane) ? { type: 'turn.delegated', lane } : 'send';
};
