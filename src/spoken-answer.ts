import type { Command, OfType, VoiceEvent } from './events.js';
import { heardText } from './state/heard-text.js';
import { characterMs } from './state/transcript.js';
import type { ClientEventOf } from './wire/client-event.js';

/** What tells how far it was said and heard. */
export const spokenTypes = ['response.created', 'response.output_item.added', 'playout.item_done', 'playout.flushed'] as const;
export type SpokenEvent = OfType<VoiceEvent, (typeof spokenTypes)[number]>;

/** The key of the metadata by which a response is known that says words of ours. */
export const sayingKey = 'rxvox_saying';

/** An answer that the session's voice says piece by piece, beside the conversation, and of which it is told what was heard. */
export interface SpokenAnswer {
  /** Asks for words to be said as they are. Fillers are no part of what the conversation is told. */
  say(words: string, id: string, isFiller: boolean): ClientEventOf<'response.create'>;
  /** Those words were said, whole. */
  said(id: string): void;
  /** What follows from an event. */
  follow(event: SpokenEvent): readonly Command[];
  /** Nothing more is asked for. */
  close(): readonly Command[];
  /** Nothing more of it is to be heard. */
  stop(): readonly Command[];
  /** Whether anything of the answer itself was asked for. */
  readonly isBegun: boolean;
  /** Whether the conversation knows all that there is to know. */
  readonly isOver: boolean;
}

interface Piece {
  readonly id: string;
  readonly words: string;
  readonly isFiller: boolean;
  responseId?: string;
  itemId?: string;
  isSaid: boolean;
  /** What was heard of it, once that is known. */
  heard?: string;
}

/**
 * @param words `heard` tells the conversation what the loudspeaker has played, `received` what was said.
 */
export const createSpokenAnswer = (words: 'heard' | 'received'): SpokenAnswer => {
  const pieces: Piece[] = [];
  let isClosed = false;
  let isStopped = false;
  let isTold = false;

  const tell = (): readonly Command[] => {
    const waits = words === 'heard' && !isStopped && pieces.some(({ heard }) => heard === undefined);
    if (isTold || !isClosed || waits) return [];
    isTold = true;
    const text = pieces
      .filter(({ isFiller }) => !isFiller)
      .map((piece) => (words === 'heard' ? (piece.heard ?? '') : piece.isSaid ? piece.words : ''))
      .filter((heard) => heard !== '')
      .join(' ');
    return text === '' ? [] : [assistantItem(text)];
  };

  const silence = ({ responseId, isSaid }: Piece): readonly Command[] =>
    responseId === undefined
      ? []
      : [
          ...(isSaid ? [] : [{ type: 'response.cancel', response_id: responseId } as const]),
          { type: 'playout.flush', responseIds: [responseId] },
        ];

  const flushed = ({ items }: OfType<VoiceEvent, 'playout.flushed'>): void => {
    for (const piece of pieces) {
      const item = items.find(({ itemId }) => itemId === piece.itemId);
      if (piece.heard !== undefined) continue;
      const totalMs = item ? item.playedMs + item.discardedMs : 0;
      const guessMs = item?.isFinished ? totalMs : Math.max(totalMs, piece.words.length * characterMs);
      piece.heard = item ? heardText(piece.words, item.playedMs, guessMs) : '';
    }
  };

  return {
    say(text, id, isFiller) {
      pieces.push({ id, words: text, isFiller, isSaid: false });
      return sayExactly(text, id);
    },
    said(id) {
      for (const piece of pieces) if (piece.id === id) piece.isSaid = true;
    },
    follow(event) {
      switch (event.type) {
        case 'response.created': {
          const piece = pieces.find(({ id }) => id === event.response.metadata?.[sayingKey]);
          if (!piece || event.response.id == null) return [];
          piece.responseId = event.response.id;
          return isStopped ? silence(piece) : [];
        }
        case 'response.output_item.added': {
          const piece = pieces.find(({ responseId }) => responseId === event.response_id);
          if (piece && event.item.id != null) piece.itemId = event.item.id;
          return [];
        }
        case 'playout.item_done': {
          const piece = pieces.find(({ itemId }) => itemId === event.itemId);
          if (piece) piece.heard ??= piece.words;
          return tell();
        }
        default:
          flushed(event);
          return tell();
      }
    },
    close() {
      isClosed = true;
      return tell();
    },
    stop() {
      isClosed = true;
      isStopped = true;
      const open = pieces.filter(({ isSaid }) => !isSaid).flatMap(silence);
      return [...open, ...tell()];
    },
    get isBegun() {
      return pieces.some(({ isFiller }) => !isFiller);
    },
    get isOver() {
      return isTold && (!isStopped || pieces.every(({ responseId, isSaid }) => isSaid || responseId !== undefined));
    },
  };
};

/** Reads nothing of the conversation and may call nothing: it is not to answer, but to say. */
const sayExactly = (words: string, id: string): ClientEventOf<'response.create'> => ({
  type: 'response.create',
  response: {
    conversation: 'none',
    input: [],
    instructions: `Say exactly this, word for word, and nothing else: "${words}"`,
    tools: [],
    tool_choice: 'none',
    metadata: { [sayingKey]: id },
  },
});

const assistantItem = (text: string): Command => ({
  type: 'conversation.item.create',
  item: { type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] },
});
