/** A packet of sound, as RTP has them. */
export interface PacketHeader {
  /** Counts packets, 0 to 65535, and begins anew after that. */
  readonly sequence: number;
  /** Counts samples at the rate of the sound, in 32 bits; where it began means nothing. */
  readonly timestamp: number;
  /** Mono PCM16. */
  readonly samples: Int16Array;
}

/** A piece of what is to be played: samples that came; `lost`, whose packet has not; `pause`, in which the sender sent none; `starved`: nothing is there. */
export type Segment =
  | { readonly kind: 'packet'; readonly samples: Int16Array }
  | { readonly kind: 'lost' | 'pause' | 'starved'; readonly count: number };

/** What became of a packet that arrived. */
export type Arrival = 'queued' | 'late' | 'duplicate' | 'stray' | 'restart';

/** What was counted since the beginning. */
export interface TimelineCounts {
  readonly lost: number;
  readonly late: number;
  readonly duplicates: number;
  readonly discarded: number;
}

/** Packets that wait, and how far they are played. */
export interface PacketTimeline {
  put(packet: PacketHeader): Arrival;
  /** The next `count` samples. What is `starved` is added to the time: nothing is passed over by it. */
  take(count: number): readonly Segment[];
  /** Samples from what is to be played next to the end of the last packet. */
  ahead(): number;
  /** Samples from what is to be played next to the beginning of the packet; below 0 when that is over. */
  untilStart(packet: PacketHeader): number;
  /** Throws the oldest packets away until no more than so many samples wait. */
  keep(most: number): void;
  counts(): TimelineCounts;
}

interface Waiting {
  readonly sequence: number;
  readonly start: number;
  readonly samples: Int16Array;
}

/** RFC 3550, A.1: a jump beyond these is another stream, if the next packet goes on from there. */
const farthest = 3000;
const farthestBack = 100;
/** Packets of which it is remembered that they came: 20 s at 20 ms. */
const remembered = 1024;

/** The number nearest to `reference` that ends in these bits. */
const unwrapped = (value: number, reference: number, range: number): number => {
  const distance = (((value - reference) % range) + range) % range;
  return reference + (distance >= range / 2 ? distance - range : distance);
};

/**
 * Makes a fold that puts packets into order by their numbers, and says at each moment what is to be played.
 *
 * A packet is heard once and in its place, when it is there before its first sample is due. One that is not, while later ones are, is lost. Where
 * nothing is there at all time stands still, so that what comes late is played late; what is lost of that time was waited for already.
 */
export const packetTimeline = (): PacketTimeline => {
  const seen = new Float64Array(remembered).fill(Number.NaN);
  let queue: Waiting[] = [];
  let head = 0;
  /** The last packet that was begun or passed over. */
  let last: number | undefined;
  let newest: { sequence: number; start: number } | undefined;
  let starved = 0;
  let strayNext = -1;
  let lost = 0;
  let late = 0;
  let duplicates = 0;
  let discarded = 0;

  const begin = (packet: PacketHeader): Waiting => {
    discarded += queue.length;
    seen.fill(Number.NaN);
    last = undefined;
    starved = 0;
    head = packet.timestamp;
    newest = { sequence: packet.sequence, start: packet.timestamp };
    queue = [];
    return { sequence: packet.sequence, start: packet.timestamp, samples: packet.samples };
  };
  const startOf = ({ timestamp }: PacketHeader): number => (newest ? unwrapped(timestamp, newest.start, 2 ** 32) : timestamp);

  const insert = (packet: Waiting): void => {
    let at = queue.length;
    while (at > 0 && (queue[at - 1] as Waiting).sequence > packet.sequence) at--;
    queue.splice(at, 0, packet);
    if (newest && packet.sequence > newest.sequence) newest = { sequence: packet.sequence, start: packet.start };
    if (starved === 0) return;
    head += Math.max(0, Math.min(starved, packet.start - head));
    starved = 0;
  };
  /** Passes to a packet: those between it and the last one are lost. */
  const passTo = ({ sequence }: Waiting): void => {
    if (last === sequence) return;
    if (last !== undefined) lost += sequence - last - 1;
    last = sequence;
  };

  return {
    put(packet) {
      if (!newest) {
        insert(begin(packet));
        seen[packet.sequence % remembered] = packet.sequence;
        return 'queued';
      }
      const sequence = unwrapped(packet.sequence, newest.sequence, 2 ** 16);
      const start = startOf(packet);
      const jump = sequence - newest.sequence;
      // Time does not run backwards where packets go on.
      if (jump > farthest || jump < -farthestBack || (jump > 0 && start < newest.start)) {
        if (packet.sequence !== strayNext) {
          strayNext = (packet.sequence + 1) % 2 ** 16;
          return 'stray';
        }
        insert(begin(packet));
        seen[packet.sequence % remembered] = packet.sequence;
        return 'restart';
      }
      strayNext = -1;
      const slot = ((sequence % remembered) + remembered) % remembered;
      if (seen[slot] === sequence) {
        duplicates++;
        return 'duplicate';
      }
      seen[slot] = sequence;
      // Nothing is played yet: it was overtaken by what came first.
      if (last === undefined) head = Math.min(head, start);
      if ((last !== undefined && sequence <= last) || start < head) {
        late++;
        return 'late';
      }
      insert({ sequence, start, samples: packet.samples });
      return 'queued';
    },

    take(count) {
      const segments: Segment[] = [];
      for (let need = count; need > 0; ) {
        const [next] = queue;
        if (!next) {
          starved += need;
          segments.push({ kind: 'starved', count: need });
          break;
        }
        if (head < next.start) {
          const gap = Math.min(need, next.start - head);
          segments.push({ kind: last === undefined || next.sequence === last + 1 ? 'pause' : 'lost', count: gap });
          head += gap;
          need -= gap;
          continue;
        }
        passTo(next);
        const from = head - next.start;
        const samples = next.samples.subarray(from, from + need);
        if (samples.length > 0) segments.push({ kind: 'packet', samples });
        head += samples.length;
        need -= samples.length;
        if (head >= next.start + next.samples.length) queue.shift();
      }
      return segments;
    },

    ahead() {
      const end = queue.at(-1);
      return end ? Math.max(0, end.start + end.samples.length - head) : 0;
    },
    untilStart: (packet) => startOf(packet) - head,

    keep(most) {
      for (let [oldest, next] = queue; oldest && next; [oldest, next] = queue) {
        const end = queue.at(-1) as Waiting;
        if (end.start + end.samples.length - head <= most) return;
        if (last !== oldest.sequence) discarded++;
        passTo(oldest);
        queue.shift();
        head = next.start;
      }
    },
    counts: () => ({ lost, late, duplicates, discarded }),
  };
};
