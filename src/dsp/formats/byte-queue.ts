const noBytes = new Uint8Array(0);

/** Bytes that came in pieces of any size, read from the front. Memory is copied a bounded number of times, however small the pieces. */
export interface ByteQueue {
  /** Bytes that wait. */
  readonly length: number;
  /** Bytes that were taken since the beginning: where the front stands in the stream. */
  readonly position: number;
  push(bytes: Uint8Array): void;
  /** The first `count` bytes, which stay; a window that is valid until the next push. */
  peek(count: number): Uint8Array;
  /** The first `count` bytes, which go; a copy. */
  take(count: number): Uint8Array;
  /** Lets the first `count` bytes go, or all there are. */
  skip(count: number): number;
}

/** Makes an empty queue. */
export const byteQueue = (): ByteQueue => {
  let buffer = noBytes;
  let start = 0;
  let end = 0;
  let position = 0;

  const makeRoom = (count: number): void => {
    if (end + count <= buffer.length) return;
    const held = buffer.subarray(start, end);
    const needed = held.length + count;
    // Twice what is held is copied again only after as much has come.
    if (2 * needed <= buffer.length) buffer.copyWithin(0, start, end);
    else {
      buffer = new Uint8Array(2 * needed);
      buffer.set(held);
    }
    end = held.length;
    start = 0;
  };
  const skip = (count: number): number => {
    const skipped = Math.min(count, end - start);
    start += skipped;
    position += skipped;
    if (start === end) {
      start = end = 0;
      // What was large once, a chunk of a whole file for example, is not kept for ever.
      if (buffer.length > 1 << 18) buffer = noBytes;
    }
    return skipped;
  };

  return {
    get length() {
      return end - start;
    },
    get position() {
      return position;
    },
    push(bytes) {
      makeRoom(bytes.length);
      buffer.set(bytes, end);
      end += bytes.length;
    },
    peek: (count) => buffer.subarray(start, Math.min(end, start + count)),
    take(count) {
      const taken = buffer.slice(start, Math.min(end, start + count));
      skip(taken.length);
      return taken;
    },
    skip,
  };
};
