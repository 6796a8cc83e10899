import type { Millis } from '../audio.js';
import type { VoiceEvent } from '../events.js';

/** How the connection fared. */
export interface ConnectionMetrics {
  /** Since when it is there, in milliseconds of `clock`; undefined while it is not. */
  readonly connectedAt: Millis | undefined;
  /** How long the first session took to be ready. */
  readonly establishedMs: Millis | undefined;
  /** How often it was lost and made again. */
  readonly reconnects: number;
}

export const initialConnectionMetrics: ConnectionMetrics = { connectedAt: undefined, establishedMs: undefined, reconnects: 0 };

/** The metrics after an event at `at`, in milliseconds of `clock`; the same ones where it is not about the connection. */
export const connectionMetrics = (state: ConnectionMetrics, event: VoiceEvent, at: Millis): ConnectionMetrics => {
  switch (event.type) {
    case 'connection.established':
      return { ...state, connectedAt: at, establishedMs: event.latencyMs };
    case 'connection.lost':
    case 'connection.closed':
      return { ...state, connectedAt: undefined };
    case 'connection.restored':
      // A rotation restores what was not lost.
      return state.connectedAt === undefined ? { ...state, connectedAt: at, reconnects: state.reconnects + 1 } : state;
    default:
      return state;
  }
};
