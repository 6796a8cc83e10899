import type { Millis } from '../audio.js';

/** To which connections a fault happens. */
export interface ToConnections {
  /**
   * Number of the connection, counted from 1, or the first and the last number.
   * @default every connection
   */
  readonly connection?: number | readonly [first: number, last: number];
  /**
   * How likely it is, from 0 to 1: for faults of the handshake at each connection, for the others at each event.
   * @default 1
   */
  readonly probability?: number;
}

/** At which of the server's events a fault happens. */
export interface AtEvents extends ToConnections {
  /**
   * Type of the event; `*` stands for any characters.
   * @default '*', and 'response.output_audio.delta' for `bad_base64` and `odd_bytes`
   */
  readonly on?: string;
  /**
   * Of the events of this type in a connection, the first one that counts, from 1.
   * @default 1
   */
  readonly from?: number;
  /**
   * How often it happens in a connection at most.
   * @default without end
   */
  readonly times?: number;
}

/** Instead of a connection. */
export type HandshakeFault = ToConnections &
  (
    | {
        /** The connection is reset before it says anything. */
        readonly type: 'refuse';
      }
    | {
        /** An HTTP answer instead of the upgrade. */
        readonly type: 'http';
        /** 400 to 599. */
        readonly status: number;
        /** Seconds, sent as `retry-after`. */
        readonly retryAfter?: number;
        /** `error.code` of the body, for example `insufficient_quota`. */
        readonly code?: string;
      }
    | {
        /** The connection is taken and nothing is ever said. */
        readonly type: 'hang';
      }
  );

/** The end of a connection, or what looks like life and is none; after the event at which it happens. */
export type ConnectionFault = AtEvents &
  (
    | {
        /** A close frame. */
        readonly type: 'close';
        /**
         * 1000 to 1014 but for 1004 to 1006, or 3000 to 4999.
         * @default 1011
         */
        readonly code?: number;
        /** @default '' */
        readonly reason?: string;
      }
    | {
        /** The socket is destroyed without a close frame: the client sees 1006. */
        readonly type: 'destroy';
      }
    | {
        /** Nothing is read any more, so that what the client sends piles up. */
        readonly type: 'stop_reading';
      }
    | {
        /** Nothing is read and nothing is sent any more, no pong and no close either. */
        readonly type: 'half_open';
      }
    | {
        /** The error `session_expired` and a close with 1001. */
        readonly type: 'expire';
      }
  );

/** What becomes of single messages. */
export type MessageFault = AtEvents &
  (
    | {
        /** The message comes later, and all that follow after it. */
        readonly type: 'delay';
        /** @default 0 */
        readonly ms?: Millis;
        /**
         * A random time on top, up to this long.
         * @default 0
         */
        readonly jitterMs?: Millis;
      }
    | {
        /** The message comes twice. */
        readonly type: 'duplicate';
      }
    | {
        /** Later messages overtake it. */
        readonly type: 'reorder';
        /**
         * How many.
         * @default 1
         */
        readonly by?: number;
      }
    | {
        /** The message does not come. */
        readonly type: 'drop';
      }
    | {
        /** The JSON ends in its midst. */
        readonly type: 'malformed';
      }
    | {
        /** A field is of another type, or is not there. */
        readonly type: 'wrong_types';
        /** @default any but `type` */
        readonly field?: string;
      }
    | {
        /** An event of a type that nobody knows comes before it. */
        readonly type: 'unknown_event';
      }
    | {
        /** Characters that are not base64 stand in `delta`. */
        readonly type: 'bad_base64';
      }
    | {
        /** `delta` stands for half a sample too few. */
        readonly type: 'odd_bytes';
      }
    | {
        /** An event of this many bytes comes before it, of a type that nobody knows. */
        readonly type: 'giant';
        /** @default 3000000 */
        readonly bytes?: number;
      }
  );

/** Something that goes wrong. Faults act one after another: each sees what the one before it has left. */
export type Fault = HandshakeFault | ConnectionFault | MessageFault;

/** A fault that needs an open connection. */
export type EventFault = ConnectionFault | MessageFault;

/** Whether the fault happens in the place of a connection. */
export const isHandshakeFault = (fault: Fault): fault is HandshakeFault =>
  fault.type === 'refuse' || fault.type === 'http' || fault.type === 'hang';
