import type { Millis } from '../audio.js';

/** What a jitter buffer counts. A packet counts once: it was heard, lost, or thrown away. */
export interface NetworkStats {
  /** Packets that arrived, late ones and copies included. */
  readonly received: number;
  /** Packets that were due and not heard, also those that came late. */
  readonly lost: number;
  /** Packets that came when their time was over. */
  readonly late: number;
  /** Copies of packets that had come. */
  readonly duplicates: number;
  /** Packets that came in time and were thrown away, because too much audio waited. */
  readonly discarded: number;
  /** Audio that was made up, in milliseconds: for lost packets and while nothing came. */
  readonly concealedMs: Millis;
  /** Mean deviation of the time between packets, in milliseconds (RFC 3550, 6.4.1). */
  readonly jitterMs: Millis;
  /** Audio that waits to be played, in milliseconds. */
  readonly depthMs: Millis;
}
