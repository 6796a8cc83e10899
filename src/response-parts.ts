import type { Item } from './wire/item.js';
import { decodePayload, type Encoding } from './wire/payload.js';
import type { ServerEventOf } from './wire/server-event.js';

type WordsEvent = ServerEventOf<
  | 'response.output_text.delta'
  | 'response.output_text.done'
  | 'response.output_audio_transcript.delta'
  | 'response.output_audio_transcript.done'
>;
type ItemEvent = ServerEventOf<'response.output_item.added' | 'response.output_item.done'>;
type SoundEvent = ServerEventOf<'response.output_audio.delta'>;

/** The pieces of one response, put in order: by item first, by part of the item second. */
export interface ResponseParts {
  item(event: ItemEvent): void;
  words(event: WordsEvent): void;
  sound(event: SoundEvent, encoding: Encoding): void;
  items(): readonly Item[];
  text(): string;
  transcript(): string;
  audio(): Int16Array;
}

interface Part {
  readonly place: number;
  readonly kind: 'text' | 'transcript';
  words: string;
  readonly sound: Int16Array[];
}

/** More parts than an item ever has. */
const partsAnItem = 1000;

export const createResponseParts = (): ResponseParts => {
  const items = new Map<number, Item>();
  const parts = new Map<string, Part>();

  const partOf = ({ output_index, content_index }: WordsEvent | SoundEvent, kind: Part['kind']): Part => {
    const place = output_index * partsAnItem + content_index;
    const key = `${kind} ${place}`;
    const part = parts.get(key) ?? { place, kind, words: '', sound: [] };
    parts.set(key, part);
    return part;
  };
  const inOrder = (): Part[] => [...parts.values()].sort((a, b) => a.place - b.place);
  const wordsOf = (kind: Part['kind']): string =>
    inOrder()
      .filter((part) => part.kind === kind && part.words !== '')
      .map(({ words }) => words)
      .join(' ');

  return {
    item: ({ output_index, item }) => void items.set(output_index, item),
    words(event) {
      const isText = event.type === 'response.output_text.delta' || event.type === 'response.output_text.done';
      const part = partOf(event, isText ? 'text' : 'transcript');
      if ('delta' in event) part.words += event.delta;
      else part.words = 'text' in event ? event.text : event.transcript;
    },
    sound(event, encoding) {
      const samples = decodePayload(event.delta, encoding);
      if (samples) partOf(event, 'transcript').sound.push(samples);
    },
    items: () => [...items].sort(([a], [b]) => a - b).map(([, item]) => item),
    text: () => wordsOf('text'),
    transcript: () => wordsOf('transcript'),
    audio: () => joined(inOrder().flatMap(({ sound }) => sound)),
  };
};

const joined = (pieces: readonly Int16Array[]): Int16Array => {
  const all = new Int16Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
};
