import { durationOf, type Hertz, type Millis, samplesIn } from '../../audio.js';
import type { NetworkStats } from '../network-stats.js';
import { lossConcealer } from './loss-concealer.js';
import { type PacketHeader, packetTimeline, type Segment } from './packet-timeline.js';
import { playoutPace } from './playout-pace.js';
import { stretch } from './stretch.js';

/** How much audio waits. */
export interface JitterBufferConfig {
  /** Samples per second of the packets. */
  readonly sampleRate: Hertz;
  /** Samples that are taken at a time. */
  readonly count: number;
  /** How early the least early packet is to come. */
  readonly leastMs: Millis;
  /** How much audio may wait. */
  readonly mostMs: Millis;
}

/** A fold from packets, as they come, to sound without a break. */
export interface JitterBuffer {
  /** @param atMs When it came. @param dueMs When the next sound is due. */
  put(packet: PacketHeader, atMs: Millis, dueMs: Millis): void;
  /** The next samples, to be played at once. */
  take(): Int16Array;
  /** Whether nothing waits. */
  isEmpty(): boolean;
  stats(): NetworkStats;
}

/** RFC 3550, 6.4.1. */
const jitterShare = 1 / 16;

/** Makes a fold that orders packets, fills what is missing and keeps as much audio waiting as the network needs. */
export const jitterBuffer = ({ sampleRate, count, leastMs, mostMs }: JitterBufferConfig): JitterBuffer => {
  const timeline = packetTimeline();
  const pace = playoutPace(leastMs);
  const { heard, lost } = lossConcealer(sampleRate);
  const most = samplesIn(mostMs, sampleRate);
  const chunkMs = durationOf(count, sampleRate);
  /** Samples to wait for, because a packet came so much too late: the next ones are not to. */
  let owed = 0;
  let received = 0;
  let concealed = 0;
  let jitterMs = 0;
  let previous: { readonly timestamp: number; readonly atMs: Millis } | undefined;
  /** The sample ahead of what is played next. */
  let before = 0;

  const follow = ({ timestamp }: PacketHeader, atMs: Millis): void => {
    if (previous) {
      // the difference of two counters of 32 bits
      const sentMs = durationOf((timestamp - previous.timestamp) | 0, sampleRate);
      jitterMs += (Math.abs(atMs - previous.atMs - sentMs) - jitterMs) * jitterShare;
    }
    previous = { timestamp, atMs };
  };
  const render = (segment: Segment): Int16Array => {
    if (segment.kind === 'packet') return heard(segment.samples);
    concealed += segment.kind === 'pause' ? 0 : segment.count;
    if (segment.kind === 'starved') pace.waited(durationOf(segment.count, sampleRate));
    return lost(segment.count);
  };

  return {
    put(packet, atMs, dueMs) {
      received++;
      // what begins within the next samples is due with the first of them
      const turns = Math.floor(timeline.untilStart(packet) / count);
      const arrival = timeline.put(packet);
      // Its numbers have nothing to do with those before.
      if (arrival === 'restart') previous = undefined;
      if (arrival === 'queued' || arrival === 'late') {
        const aheadMs = turns * chunkMs + dueMs - atMs;
        pace.arrived(aheadMs);
        follow(packet, atMs);
        // whole turns, so that packets go on beginning with one: of half a packet that is missing all is
        if (arrival === 'late' && aheadMs >= -mostMs) owed = Math.max(owed, Math.ceil(-aheadMs / chunkMs) * count);
      }
      timeline.keep(most);
    },
    take() {
      const wait = Math.min(owed, count);
      owed -= wait;
      const extra = wait === 0 && timeline.ahead() > 0 ? pace.extra(count, chunkMs) : 0;
      const waiting: readonly Segment[] = wait > 0 ? [{ kind: 'starved', count: wait }] : [];
      const parts = [...waiting, ...timeline.take(count + extra - wait)].map(render);
      const whole = parts.length === 1 && parts[0] ? parts[0] : joined(parts, count + extra);
      const sound = stretch(whole, count, before);
      before = whole.at(-1) ?? before;
      return sound;
    },
    isEmpty: () => timeline.ahead() === 0,
    stats: () => ({
      received,
      ...timeline.counts(),
      concealedMs: durationOf(concealed, sampleRate),
      jitterMs,
      depthMs: durationOf(timeline.ahead(), sampleRate),
    }),
  };
};

const joined = (parts: readonly Int16Array[], length: number): Int16Array => {
  const all = new Int16Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};
