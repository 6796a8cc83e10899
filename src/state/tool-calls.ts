import type { Command, VoiceEvent } from '../events.js';
import { isAsk } from './asks.js';
import { emptyMap, get, type PersistentMap, set } from './persistent-map.js';

/** The function calls that were taken on by this client: none is run twice. */
export interface ToolCalls {
  /** By the id of the call. */
  readonly calls: PersistentMap<'open' | 'over'>;
  /** How many of them are open. */
  readonly openCount: number;
  /** Whether their outputs are still to be answered. */
  readonly isDue: boolean;
  /** Whether they take longer than answers wait for them. */
  readonly isOverdue: boolean;
}

export const initialToolCalls: ToolCalls = { calls: emptyMap(), openCount: 0, isDue: false, isOverdue: false };

/** Follows calls from `tool.invoked` to their end. */
export const toolCalls = (state: ToolCalls, entry: VoiceEvent | Command): ToolCalls => {
  switch (entry.type) {
    case 'tool.invoked':
      // Told again, it does not begin again.
      return get(state.calls, entry.callId) ? state : { ...marked(state, entry.callId, 'open'), isDue: true, isOverdue: false };
    case 'tool.overdue':
      return { ...state, isOverdue: true };
    case 'tool.succeeded':
    case 'tool.failed':
    case 'tool.timed_out':
      return marked(state, entry.callId, 'over');
    case 'response.create':
      return state.isDue && (state.openCount === 0 || state.isOverdue) && isAsk(entry) ? { ...state, isDue: false } : state;
    default:
      return state;
  }
};

const marked = (state: ToolCalls, callId: string, status: 'open' | 'over'): ToolCalls => {
  const before = get(state.calls, callId);
  const change = Number(status === 'open') - Number(before === 'open');
  return { ...state, calls: set(state.calls, callId, status), openCount: state.openCount + change };
};
