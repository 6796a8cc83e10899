import { durationOf, type Millis, samplesIn } from './audio.js';
import type { VoiceEvent } from './events.js';
import type { Recordings } from './recordings.js';
import type { Unacknowledged } from './state/acknowledgements.js';
import { inputFormatOf } from './state/audio-format.js';
import type { ConversationState } from './state/conversation.js';
import type { ClientEvent, ClientEventOf } from './wire/client-event.js';
import type { Session } from './wire/session.js';

/** What was sent and is not confirmed, audio included: what a new session must be told again. */
export interface Journal {
  /** A command was sent; the state knows of it already. */
  sent(command: ClientEvent, conversation: ConversationState): void;
  /** Something has happened; the state knows of it already. */
  happened(event: VoiceEvent, conversation: ConversationState): void;
  /** All that is not confirmed, in the order in which it was sent. */
  commands(conversation: ConversationState): readonly ClientEvent[];
  /** A new session begins: nothing was sent in it. */
  clear(conversation: ConversationState): void;
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
  /** The first frame that is kept, and what was appended before it. */
  let head = 0;
  let startBytes = 0;
  /** Frames that were cut off the lists. */
  let base = 0;
  let others: readonly Placed[] = [];
  let session: Session | undefined;
  let longestBytes = longestIn(undefined);

  const drop = (): void => {
    startBytes = ends[head] ?? startBytes;
    head++;
  };
  const shorten = (): void => {
    const end = ends.at(-1) ?? 0;
    while (head < frames.length && end - startBytes > longestBytes) drop();
    if (head < slack) return;
    frames = frames.slice(head);
    ends = ends.slice(head);
    base += head;
    head = 0;
  };
  /** Takes frames off the front as long as they are meant, and gives them to the item that was made of them. */
  const take = (itemId: string, isMeant: (at: number) => boolean): void => {
    const [from, fromBytes] = [head, startBytes];
    while (head < frames.length && isMeant(head)) drop();
    if (head === from) return;
    const { sampleRate, bytesPerSample } = inputFormatOf(session);
    const ms = durationOf((startBytes - fromBytes) / bytesPerSample, sampleRate);
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
        frames.push(command);
        ends.push(conversation.appendedBytes);
        shorten();
      } else if (command.type === 'input_audio_buffer.clear') {
        const last = others.findLast(({ command: { type } }) => type === 'input_audio_buffer.commit');
        frames.length = ends.length = Math.max(head, (last?.after ?? 0) - base);
        startBytes = frames.length === head ? conversation.appendedBytes : startBytes;
      } else {
        others = [...stillOpen(others, conversation.unacknowledged), { command, after: base + frames.length }];
      }
    },
    happened(event, { committedBytes, unacknowledged }) {
      if (event.type === 'error') {
        others = stillOpen(others, unacknowledged);
      } else if (event.type === 'input_audio_buffer.committed') {
        const commit = others.find(({ command: { type } }) => type === 'input_audio_buffer.commit');
        others = others.filter((other) => other !== commit);
        take(event.item_id, commit ? (at) => base + at < commit.after : (at) => (ends[at] ?? 0) <= committedBytes);
      } else if (event.type === 'conversation.item.input_audio_transcription.completed' && event.transcript !== '') {
        recordings.forget(event.item_id);
      }
    },
    commands({ unacknowledged }) {
      const all: ClientEvent[] = [];
      let at = head;
      for (const { command, after } of stillOpen(others, unacknowledged)) {
        all.push(...frames.slice(at, Math.max(at, after - base)), command);
        at = Math.max(at, after - base);
      }
      return [...all, ...frames.slice(at)];
    },
    clear({ appendedBytes }) {
      frames = [];
      ends = [];
      others = [];
      head = base = 0;
      startBytes = appendedBytes;
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
