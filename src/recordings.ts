import type { Millis } from './audio.js';
import { bytesFromBase64, bytesToBase64 } from './wire/base64.js';

/** What the user said in one item. */
export interface Recording {
  /** Base64, as it was sent. */
  readonly audio: string;
  readonly ms: Millis;
}

/** The user's latest items as audio, for a session that does not write down what they say. */
export interface Recordings {
  /** Keeps the audio of an item: what was appended for it, piece by piece. */
  add(itemId: string, payloads: readonly string[], ms: Millis): void;
  /** The words of the item are known, or it is no more. */
  forget(itemId: string): void;
  /** The audio of an item, where it was kept. */
  recordingOf(itemId: string): Recording | undefined;
}

/** How much of the user's audio is kept, and for how long. */
export interface RecordingsConfig {
  /**
   * How much audio to keep of all items together, in milliseconds; the oldest items go first, and whole.
   * @default 60000
   */
  readonly keepMs?: Millis;
}

/**
 * An empty store of recordings.
 *
 * @throws RangeError when `keepMs` is negative.
 */
export const createRecordings = ({ keepMs = 60_000 }: RecordingsConfig = {}): Recordings => {
  if (!(keepMs >= 0)) throw new RangeError(`createRecordings: keepMs must be >= 0, got ${keepMs}`);
  // In the order in which they were spoken.
  const kept = new Map<string, { readonly payloads: readonly string[]; readonly ms: Millis }>();
  let totalMs: Millis = 0;

  const forget = (itemId: string): void => {
    totalMs -= kept.get(itemId)?.ms ?? 0;
    kept.delete(itemId);
  };

  return {
    add(itemId, payloads, ms) {
      const before = kept.get(itemId);
      forget(itemId);
      const whole = { payloads: [...(before?.payloads ?? []), ...payloads], ms: (before?.ms ?? 0) + ms };
      kept.set(itemId, whole);
      totalMs += whole.ms;
      for (const id of kept.keys()) {
        if (totalMs <= keepMs) return;
        forget(id);
      }
    },
    forget,
    recordingOf(itemId) {
      const recording = kept.get(itemId);
      return recording && { audio: joined(recording.payloads), ms: recording.ms };
    },
  };
};

/** Pieces of any length end in padding, so that their texts cannot be put together. */
const joined = (payloads: readonly string[]): string => {
  const pieces = payloads.flatMap((payload) => bytesFromBase64(payload) ?? []);
  const bytes = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytesToBase64(bytes);
};
