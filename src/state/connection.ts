import type { Command, VoiceEvent } from '../events.js';

/** Where the connection stands. */
export interface ConnectionState {
  readonly status: 'idle' | 'connecting' | 'ready' | 'reconnecting' | 'closing' | 'closed';
  /** Number of the current or last attempt; 0 before the first. */
  readonly attempt: number;
  /** The provider's id of the session, once it is ready. */
  readonly connectionId: string | undefined;
}

export const initialConnection: ConnectionState = { status: 'idle', attempt: 0, connectionId: undefined };

/** idle → connecting → ready (→ reconnecting → ready) → closing → closed; an event that does not fit the state changes nothing. */
export const connection = (state: ConnectionState, entry: VoiceEvent | Command): ConnectionState => {
  switch (entry.type) {
    case 'connection.starting':
      if (state.status === 'ready') return state;
      return state.status === 'reconnecting' || state.status === 'connecting'
        ? { ...state, attempt: entry.attempt }
        : { status: 'connecting', attempt: entry.attempt, connectionId: undefined };
    case 'connection.established':
      return state.status === 'connecting' ? { ...state, status: 'ready', connectionId: entry.connectionId } : state;
    case 'connection.lost':
      return state.status === 'ready' ? { ...state, status: 'reconnecting' } : state;
    case 'connection.restored':
      return state.status === 'reconnecting' ? { ...state, status: 'ready' } : state;
    case 'connection.close':
      return state.status === 'closed' || state.status === 'idle' ? state : { ...state, status: 'closing' };
    case 'connection.closed':
      return state.status === 'closed' ? state : { ...state, status: 'closed' };
    default:
      return state;
  }
};
