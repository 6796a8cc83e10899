import type { OfType, TranscriptEvent, VoiceEvent } from './events.js';
import type { ConversationItem } from './state/conversation.js';
import { find, nextOf, toArray } from './state/item-list.js';
import type { SessionState } from './state/session-state.js';
import { heardTextOf, speakerOf, type TranscriptConfig } from './state/transcript.js';

/** What changes what can be told. */
export type TranscriptSignal = OfType<
  VoiceEvent,
  | 'conversation.item.added'
  | 'conversation.item.created'
  | 'conversation.item.done'
  | 'conversation.item.deleted'
  | 'conversation.item.input_audio_transcription.delta'
  | 'conversation.item.input_audio_transcription.completed'
  | 'conversation.item.input_audio_transcription.failed'
  | 'response.output_item.done'
  | 'response.output_audio_transcript.delta'
  | 'response.output_audio_transcript.done'
  | 'response.output_text.delta'
  | 'response.output_text.done'
  | 'response.done'
  | 'playout.progress'
  | 'playout.item_done'
  | 'playout.flushed'
  | 'playout.failed'
>;

/** Tells the words of a conversation item after item, in the conversation's order. */
export interface TranscriptTeller {
  /** What can be told after this event, which the state knows already. */
  heard(event: TranscriptSignal, state: SessionState): readonly TranscriptEvent[];
  /** Waits no longer for the words of that item. */
  giveUp(itemId: string, state: SessionState): readonly TranscriptEvent[];
  /** The user's item of which words are still expected, and how many came, while others wait behind it. */
  readonly awaited: string | undefined;
}

/** How many responses that are done are remembered: their items come before that. */
const doneLimit = 16;

/** Tells of items that come after those that `state` holds already. */
export const createTranscriptTeller = (state: SessionState, wanted: TranscriptConfig['words']): TranscriptTeller => {
  let words = wanted;
  /** Items that were told to the end, in order; those that are deleted fall out. */
  const passed = toArray(state.conversation.items).map(({ id }) => id);
  const finished = new Set<string>();
  let doneResponses: readonly string[] = [];
  let head: { readonly id: string; readonly text: string; readonly speaker: 'user' | 'assistant' } | undefined;
  let awaited: string | undefined;

  const note = (event: TranscriptSignal): void => {
    switch (event.type) {
      case 'conversation.item.input_audio_transcription.completed':
      case 'conversation.item.input_audio_transcription.failed':
        finished.add(event.item_id);
        break;
      case 'playout.item_done':
        if (words !== 'received') finished.add(event.itemId);
        break;
      case 'playout.failed':
        words = 'received';
        break;
      case 'response.done':
        doneResponses = [...doneResponses, event.response.id ?? ''].slice(-doneLimit);
        break;
      default:
    }
  };

  /** The words of an item so far, and whether they are all. */
  const look = (item: ConversationItem, speaker: 'user' | 'assistant', now: SessionState) => {
    if (speaker === 'user') {
      return { text: item.transcript, isFinal: finished.has(item.id) || !isTranscribed(item, now), isCut: false };
    }
    const isWritten = isComplete(item) || doneResponses.includes(item.responseId ?? '');
    if (words === 'received') return { text: item.transcript, isFinal: isWritten, isCut: false };
    const text = heardTextOf(now, item);
    const isOver = item.receivedBytes === 0 || finished.has(item.id) || now.playout.dropped.includes(item.responseId ?? '');
    return { text, isFinal: isWritten && isOver, isCut: text.length < item.transcript.length };
  };

  const next = ({ conversation }: SessionState): ConversationItem | undefined => {
    for (let last = passed.at(-1); last !== undefined && !find(conversation.items, last); last = passed.at(-1)) passed.pop();
    return nextOf(conversation.items, passed.at(-1));
  };

  const tell = (now: SessionState): readonly TranscriptEvent[] => {
    const told: TranscriptEvent[] = [];
    awaited = undefined;
    for (let item = next(now); item; item = next(now)) {
      if (head && head.id !== item.id) head = closed(head, told);
      const speaker = speakerOf(item);
      if (speaker) {
        const { text, isFinal, isCut } = look(item, speaker, now);
        const before = head?.text ?? '';
        // Guesses may shrink, what was told may not; the last word is the truth.
        if (isFinal ? text !== '' || before !== '' : text.length > before.length) {
          const { id: itemId } = item;
          told.push(
            speaker === 'user'
              ? { type: 'transcript.user', itemId, text, isFinal }
              : { type: 'transcript.assistant', itemId, text, isFinal, isCut: isFinal && isCut },
          );
          head = { id: itemId, text, speaker };
        }
        if (!isFinal) {
          if (speaker === 'user' && nextOf(now.conversation.items, item.id)) awaited = `${item.id} ${text.length}`;
          return told;
        }
      }
      head = undefined;
      finished.delete(item.id);
      passed.push(item.id);
    }
    if (head) head = closed(head, told);
    return told;
  };

  return {
    heard(event, now) {
      note(event);
      return tell(now);
    },
    giveUp(itemId, now) {
      finished.add(itemId);
      return tell(now);
    },
    get awaited() {
      return awaited;
    },
  };
};

/** An item that was deleted while it was told: what was told is all there is. */
const closed = (
  { id: itemId, text, speaker }: { readonly id: string; readonly text: string; readonly speaker: 'user' | 'assistant' },
  told: TranscriptEvent[],
): undefined => {
  told.push(
    speaker === 'user'
      ? { type: 'transcript.user', itemId, text, isFinal: true }
      : { type: 'transcript.assistant', itemId, text, isFinal: true, isCut: true },
  );
};

const isComplete = ({ item }: ConversationItem): boolean =>
  'status' in item && item.status !== undefined && item.status !== 'in_progress';

/** Whether words of a user's item are still to come: typed ones are there, and audio without transcription has none. */
const isTranscribed = ({ item }: ConversationItem, { conversation: { session } }: SessionState): boolean => {
  if (!(session?.audio?.input?.transcription ?? session?.input_audio_transcription)) return false;
  const parts = item.type === 'message' ? (item.content ?? []) : [];
  return parts.every(({ type, transcript }) => type === 'input_audio' && !transcript);
};
