import { durationOf, type Millis, samplesIn } from './audio.js';
import type { VoiceEvent } from './events.js';
import type { Recordings } from './recordings.js';
import type { Unacknowledged } from './state/acknowledgements.js';
import { inputFormatOf } from './state/audio-format.js';
import type { ConversationState } from './state/conversation.js';
import { bytesIn } from './wire/base64.js';
import type { ClientEvent, ClientEventOf } from './wire/client-event.js';
import type { Session } from './wire/session.js';

/** What was sent and is not confirmed, audio included: what a new session must be told again. */
export interface Journal {
  /** A command was sent; the state knows of it already. */
  sent(command: ClientEvent, conversation: ConversationState): void;
  /** Something has happened; the state knows of it already. */
  happened(event: VoiceEvent, conversation: ConversationState): void;
  /** All that is not confirmed, in the order in which it was sent. */
  commands(): readonly ClientEvent[];
  /** A new session begins: nothing was sent in it. */
  clear(): void;
}

/** No more audio than this is kept that belongs to no turn yet. */
export const longestTurnMs: Millis = 15_000;

/** A command that is no audio, and how many frames were sent before it. */
interface Placed {
  readonly command: ClientEvent;
  readonly after: number;
}

/** How many frames may be gone before the lists are cut. */
const slack = 1024;

/** Keeps one session's; what a turn has used goes to the recordings, by its item. Constant time a frame, and nothing is allocated. */
export const createJournal = (recordings: Recordings): Journal => {
  let frames: ClientEventOf<'input_audio_buffer.append'>[] = [];
  /** Bytes that were appended up to the end of each frame. */
  let ends: number[] = [];
  /** Bytes of each frame: between two may be audio that was cleared. */
  let sizes: number[] = [];
  /** The first frame that is kept. */
  let head = 0;
  let keptBytes = 0;
  /** Frames that were cut off the lists. */
  let base = 0;
  let others: readonly Placed[] = [];
  /** The session is gone: it confirms nothing any more, and the state waits for nothing of it. */
  let isOver = false;
  let session: Session | undefined;
  let longestBytes = longestIn(undefined);

  const drop = (): void => {
    keptBytes -= sizes[head] ?? 0;
    head++;
  };
  const shorten = (): void => {
    while (head < frames.length && keptBytes > longestBytes) drop();
    if (head < slack) return;
    frames = frames.slice(head);
    ends = ends.slice(head);
    sizes = sizes.slice(head);
    base += head;
    head = 0;
  };
  /** Takes frames off the front as long as they are meant, and gives them to the item that was made of them. */
  const take = (itemId: string, isMeant: (at: number) => boolean): void => {
    const [from, bytesBefore] = [head, keptBytes];
    while (head < frames.length && isMeant(head)) drop();
    if (head === from) return;
    const { sampleRate, bytesPerSample } = inputFormatOf(session);
    const ms = durationOf((bytesBefore - keptBytes) / bytesPerSample, sampleRate);
    recordings.add(
      itemId,
      frames.slice(from, head).map(({ audio }) => audio),
      ms,
    );
  };

  return {
    sent(command, conversation) {
      if (conversation.session !== session) {
        session = conversation.session;
        longestBytes = longestIn(session);
      }
      if (command.type === 'input_audio_buffer.append') {
        const size = bytesIn(command.audio) ?? 0;
        frames.push(command);
        ends.push(conversation.appendedBytes);
        sizes.push(size);
        keptBytes += size;
        shorten();
      } else if (command.type === 'input_audio_buffer.clear') {
        const last = others.findLast(({ command: { type } }) => type === 'input_audio_buffer.commit');
        const rest = Math.max(head, (last?.after ?? 0) - base);
        keptBytes -= sizes.slice(rest).reduce((sum, size) => sum + size, 0);
        frames.length = ends.length = sizes.length = rest;
        others = others.map(({ command: other, after }) => ({ command: other, after: Math.min(after, base + rest) }));
      } else {
        others = [...others, { command, after: base + frames.length }];
      }
    },
    happened(event, { committedBytes, unacknowledged }) {
      if (event.type === 'connection.lost' || event.type === 'connection.rotating') {
        isOver = true;
      } else if (event.type === 'input_audio_buffer.committed') {
        const commit = others.find(({ command: { type } }) => type === 'input_audio_buffer.commit');
        others = others.filter((other) => other !== commit);
        take(event.item_id, commit ? (at) => base + at < commit.after : (at) => (ends[at] ?? 0) <= committedBytes);
      } else if (event.type === 'conversation.item.input_audio_transcription.completed' && event.transcript !== '') {
        recordings.forget(event.item_id);
      }
      if (!isOver && others.length > 0) others = stillOpen(others, unacknowledged);
    },
    commands() {
      const all: ClientEvent[] = [];
      let at = head;
      for (const { command, after } of others) {
        all.push(...frames.slice(at, Math.max(at, after - base)), command);
        at = Math.max(at, after - base);
      }
      return [...all, ...frames.slice(at)];
    },
    clear() {
      frames = [];
      ends = [];
      sizes = [];
      others = [];
      head = base = keptBytes = 0;
      isOver = false;
    },
  };
};

const longestIn = (session: Session | undefined): number => {
  const { sampleRate, bytesPerSample } = inputFormatOf(session);
  return samplesIn(longestTurnMs, sampleRate) * bytesPerSample;
};

const stillOpen = (placed: readonly Placed[], unacknowledged: Unacknowledged): readonly Placed[] => {
  const open = new Set<ClientEvent>(unacknowledged);
  return placed.filter(({ command }) => open.has(command));
};
