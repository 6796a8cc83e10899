import type { Command, VoiceEvent } from '../events.js';

/** Where the connection stands. */
export interface ConnectionState {
  readonly status: 'idle' | 'connecting' | 'ready' | 'closing' | 'closed';
  /** Number of the current or last attempt; 0 before the first. */
  readonly attempt: number;
  /** The provider's id of the session, once it is ready. */
  readonly connectionId: string | undefined;
}

export const initialConnection: ConnectionState = { status: 'idle', attempt: 0, connectionId: undefined };

/** idle → connecting → ready → closing → closed; an event that does not fit the state changes nothing. */
export const connection = (state: ConnectionState, entry: VoiceEvent | Command): ConnectionState => {
  switch (entry.type) {
    case 'connection.starting':
      return state.status === 'idle' || state.status === 'closed'
        ? { status: 'connecting', attempt: entry.attempt, connectionId: undefined }
        : state;
    case 'connection.established':
      return state.status === 'connecting' ? { ...state, status: 'ready', connectionId: entry.connectionId } : state;
    case 'connection.close':
    case 'connection.lost':
      return state.status === 'connecting' || state.status === 'ready' ? { ...state, status: 'closing' } : state;
    case 'connection.failed':
    case 'connection.closed':
      return state.status === 'closed' ? state : { ...state, status: 'closed' };
    default:
      return state;
  }
};
