import type { SampleIndex } from '../audio.js';
import type { WireFormat } from '../state/audio-format.js';
import { droppedLimit } from '../state/playout-clock.js';
import type { AudioDelta } from '../wire/audio-delta.js';
import { bytesIn } from '../wire/base64.js';
import { decodePayload } from '../wire/payload.js';

/** Audio that was heard, in a piece. */
export interface HeardPiece {
  readonly samples: Int16Array;
  readonly format: WireFormat;
  /** What was noted with it when it came. */
  readonly at: number;
}

/** Audio of the assistant that has come and was not heard, by item. */
export interface UnheardAudio {
  /** @param at Anything that is to be known of it when it is heard. */
  push(delta: AudioDelta, format: WireFormat, at: number): void;
  /** What of the item was heard since it was last asked for, up to this sample of it. */
  take(itemId: string, playedSamples: SampleIndex): readonly HeardPiece[];
  /** The item is through. */
  finish(itemId: string): void;
  /** What is left of these responses, and comes of them later, will not be heard; neither will what else is queued. */
  flush(responseIds: readonly string[]): void;
}

interface Piece {
  readonly delta: AudioDelta;
  readonly format: WireFormat;
  readonly at: number;
  readonly start: SampleIndex;
  readonly end: SampleIndex;
}

interface Item {
  pieces: Piece[];
  received: SampleIndex;
  played: SampleIndex;
}

/** How many items that are through are remembered, for an item may have a second part. */
const rememberedItems = 16;
/** Ten minutes of it at 24 kHz; the oldest goes first. Where nothing is played nothing is ever heard. */
const mostBytes = 600 * 48_000;

/** Holds audio as it came, undecoded, until it is heard: most of what is interrupted never is. */
export const createUnheardAudio = (): UnheardAudio => {
  const items = new Map<string, Item>();
  let dropped: readonly string[] = [];
  let bytes = 0;

  const forget = (item: Item, pieces: number): void => {
    for (const { delta } of item.pieces.splice(0, pieces)) bytes -= bytesIn(delta.delta) ?? 0;
  };
  const shorten = (): void => {
    for (const [id, item] of items) {
      if (bytes <= mostBytes && items.size <= rememberedItems) return;
      if (item.pieces.length > 0 && bytes <= mostBytes) continue;
      if (bytes > mostBytes) forget(item, item.pieces.length);
      else items.delete(id);
    }
  };

  return {
    push(delta, format, at) {
      const length = bytesIn(delta.delta);
      if (length === undefined || dropped.includes(delta.response_id)) return;
      const item = items.get(delta.item_id) ?? { pieces: [], received: 0, played: 0 };
      const end = item.received + Math.floor(length / format.bytesPerSample);
      item.pieces.push({ delta, format, at, start: item.received, end });
      item.received = end;
      bytes += length;
      // The one that came last goes last.
      items.delete(delta.item_id);
      items.set(delta.item_id, item);
      shorten();
    },
    take(itemId, playedSamples) {
      const item = items.get(itemId);
      if (!item || playedSamples <= item.played) return [];
      const heard = item.pieces
        .filter(({ start }) => start < playedSamples)
        .flatMap(({ delta, format, at, start, end }): HeardPiece[] => {
          const from = Math.max(0, item.played - start);
          const samples = decodePayload(delta.delta, format.encoding)?.subarray(from, Math.min(end, playedSamples) - start);
          return samples && samples.length > 0 ? [{ samples, format, at }] : [];
        });
      const through = item.pieces.findIndex(({ end }) => end > playedSamples);
      forget(item, through < 0 ? item.pieces.length : through);
      item.played = playedSamples;
      return heard;
    },
    finish(itemId) {
      const item = items.get(itemId);
      if (item) forget(item, item.pieces.length);
    },
    flush(responseIds) {
      dropped = [...dropped.filter((id) => !responseIds.includes(id)), ...responseIds].slice(-droppedLimit);
      items.clear();
      bytes = 0;
    },
  };
};
