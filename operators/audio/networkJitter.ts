import { defer, filter, map, type Observable, type OperatorFunction, repeat, switchMap, takeWhile, tap, timer } from 'rxjs';
import { type AudioFrame, durationOf, type Hertz, type Millis, samplesIn } from '../../src/audio.js';
import { clock } from '../../src/clock.js';
import { type JitterBuffer, jitterBuffer } from '../../src/dsp/network/jitter-buffer.js';
import type { PacketHeader } from '../../src/dsp/network/packet-timeline.js';
import type { NetworkStats } from '../../src/dsp/network-stats.js';
import { AudioError } from '../../src/errors.js';

/** A packet of sound from a network, decoded: the numbers are those of RTP (RFC 3550). */
export interface AudioPacket extends PacketHeader {
  /** Samples per second; of `timestamp`, too. */
  readonly sampleRate: Hertz;
}

/** A frame that was made of packets. */
export interface ReceivedFrame extends AudioFrame {
  /** What was counted up to it. */
  readonly network: NetworkStats;
}

/** How much audio waits for packets that come late. */
export interface NetworkJitterConfig {
  /**
   * Length of the frames, in milliseconds, 5 to 200.
   * @default 20
   */
  readonly chunkMs?: Millis;
  /**
   * How long the first packet waits, in milliseconds, 0 to `mostMs`.
   * @default 40
   */
  readonly startMs?: Millis;
  /**
   * How early the least early packet of the last seconds is to come, in milliseconds, above 0.
   * @default 20
   */
  readonly leastMs?: Millis;
  /**
   * How much audio may wait, in milliseconds, at least `startMs` and two frames; what is more is thrown away, the oldest first.
   * @default 500
   */
  readonly mostMs?: Millis;
}

/**
 * Makes unbroken audio of packets that come late, in another order, twice, or not at all: a jitter buffer, with a clock of its own to play by.
 *
 * The first frame comes `startMs` after the first packet, then one each `chunkMs` by deadline, with positions from 0 on. Packets are put into order by
 * `sequence`; one is heard once, if it is there before its first sample is due. What is missing is concealed (see `lossConcealer`), a `timestamp` that
 * jumps while `sequence` does not is a pause. While nothing comes, and by as much as a packet comes too late, time stands still and the depth grows; it shrinks when all packets come early. Depth,
 * and drift between the clocks of both ends, are corrected by resampling by 0.75 % at the most; without need samples are as they were sent.
 *
 * Completes when its source has and all that waits is played; errors with its source, and with `AudioError` `unsupported` when the rate changes.
 *
 * @throws RangeError on call, when a time is out of its range.
 */
export function networkJitter({
  chunkMs = 20,
  startMs = 40,
  leastMs = 20,
  mostMs = 500,
}: NetworkJitterConfig = {}): OperatorFunction<AudioPacket, ReceivedFrame> {
  if (!(chunkMs >= 5 && chunkMs <= 200)) throw new RangeError(`networkJitter: chunkMs must be 5 to 200, got ${chunkMs}`);
  if (!(mostMs >= 2 * chunkMs))
    throw new RangeError(`networkJitter: mostMs must be ${2 * chunkMs} (two frames) or more, got ${mostMs}`);
  if (!(startMs >= 0 && startMs <= mostMs))
    throw new RangeError(`networkJitter: startMs must be 0 to ${mostMs} (mostMs), got ${startMs}`);
  if (!(leastMs > 0)) throw new RangeError(`networkJitter: leastMs must be above 0, got ${leastMs}`);

  return (source) =>
    defer(() => {
      let buffer: JitterBuffer | undefined;
      let rate: Hertz = 0;
      let dueMs: Millis = 0;
      let isOver = false;

      const put = (packet: AudioPacket): void => {
        const now = clock.now();
        if (!buffer) {
          rate = packet.sampleRate;
          dueMs = now + startMs;
          buffer = jitterBuffer({ sampleRate: rate, count: samplesIn(chunkMs, rate), leastMs, mostMs });
        }
        if (packet.sampleRate !== rate)
          throw new AudioError(`networkJitter: packets of ${packet.sampleRate} Hz in a stream of ${rate}`, {
            code: 'unsupported',
          });
        buffer.put(packet, now, dueMs);
      };
      const playout = (from: JitterBuffer): Observable<ReceivedFrame> => {
        const count = samplesIn(chunkMs, rate);
        let position = -count;
        return defer(() => timer(Math.max(0, dueMs - clock.now()))).pipe(
          repeat(),
          map((): ReceivedFrame | undefined => {
            if (isOver && from.isEmpty()) return undefined;
            dueMs += durationOf(count, rate);
            position += count;
            return { samples: from.take(), sampleRate: rate, position, network: from.stats() };
          }),
          takeWhile((frame) => frame !== undefined),
        );
      };
      return source.pipe(
        tap({
          next: put,
          complete: () => {
            isOver = true;
          },
        }),
        filter((_, index) => index === 0),
        switchMap(() => (buffer ? playout(buffer) : [])),
      );
    });
}
