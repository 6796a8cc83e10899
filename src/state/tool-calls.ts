import type { Command, VoiceEvent } from '../events.js';
import { emptyMap, get, type PersistentMap, set } from './persistent-map.js';

/** The function calls that were taken on by this client: none is run twice. */
export interface ToolCalls {
  /** By the id of the call. */
  readonly calls: PersistentMap<'open' | 'over'>;
  /** How many of them are open. */
  readonly openCount: number;
}

export const initialToolCalls: ToolCalls = { calls: emptyMap(), openCount: 0 };

/** Follows calls from `tool.invoked` to their end. */
export const toolCalls = (state: ToolCalls, entry: VoiceEvent | Command): ToolCalls => {
  switch (entry.type) {
    case 'tool.invoked':
      // Told again, it does not begin again.
      return get(state.calls, entry.callId) ? state : marked(state, entry.callId, 'open');
    case 'tool.succeeded':
    case 'tool.failed':
    case 'tool.timed_out':
      return marked(state, entry.callId, 'over');
    default:
      return state;
  }
};

const marked = ({ calls, openCount }: ToolCalls, callId: string, status: 'open' | 'over'): ToolCalls => {
  const before = get(calls, callId);
  const change = Number(status === 'open') - Number(before === 'open');
  return { calls: set(calls, callId, status), openCount: openCount + change };
};
