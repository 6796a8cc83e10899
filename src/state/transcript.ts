import { durationOf, type Millis } from '../audio.js';
import { outputFormatOf } from './audio-format.js';
import type { ConversationItem, ConversationState } from './conversation.js';
import { heardText } from './heard-text.js';
import { toArray } from './item-list.js';
import { heardMsOf } from './playout-clock.js';
import type { SessionState } from './session-state.js';

/** One contribution to a conversation, in words. */
export interface TranscriptLine {
  readonly itemId: string;
  readonly speaker: 'user' | 'assistant';
  /** The assistant's: what was heard of it so far. */
  readonly text: string;
  /** Whether there are words of the assistant that were not heard. */
  readonly isCut: boolean;
}

/** Which words of the assistant count. */
export interface TranscriptConfig {
  /**
   * Which words of the assistant count: those that the loudspeaker has played, or all that were received. Without a
   * playout nothing is ever heard.
   * @default 'heard'
   */
  readonly words?: 'heard' | 'received';
}

/**
 * Milliseconds that a character of speech takes: 150 words a minute, six characters a word. Words come ahead of their
 * audio, so that while it arrives its length is guessed by theirs.
 */
export const characterMs: Millis = 1000 / 15;

/** Who said it; undefined for what is not said: tool calls, instructions. */
export const speakerOf = ({ item }: ConversationItem): TranscriptLine['speaker'] | undefined =>
  item.type === 'message' ? speakers[item.role] : undefined;

const speakers: Partial<Record<string, TranscriptLine['speaker']>> = { user: 'user', assistant: 'assistant' };

/** The part of the assistant's words that was heard: by samples played, and never beyond where the service has cut them. */
export const heardTextOf = ({ conversation, playout }: SessionState, item: ConversationItem): string => {
  if (item.origin === 'replayed') return item.transcript;
  if (item.receivedBytes === 0) return isSpoken(item, conversation) ? '' : item.transcript;
  const heardMs = Math.min(heardMsOf(playout, item.id), item.truncatedMs ?? Number.POSITIVE_INFINITY);
  return heardText(item.transcript, heardMs, spokenMsOf(item, conversation));
};

/**
 * The assistant's words that a later session is to know: those that were heard, or all that were received where nobody plays. Never beyond
 * where the service has cut them.
 *
 * @param cutMs Where else it is cut.
 */
export const keptTextOf = (
  { conversation, playout }: SessionState,
  item: ConversationItem,
  cutMs: Millis = Number.POSITIVE_INFINITY,
): string => {
  if (item.origin === 'replayed' || (item.receivedBytes === 0 && !isSpoken(item, conversation))) return item.transcript;
  const heardMs = playout.isPresent ? heardMsOf(playout, item.id) : Number.POSITIVE_INFINITY;
  const keptMs = Math.min(heardMs, item.truncatedMs ?? Number.POSITIVE_INFINITY, cutMs);
  return keptMs === Number.POSITIVE_INFINITY
    ? item.transcript
    : heardText(item.transcript, keptMs, spokenMsOf(item, conversation));
};

/** Whether the loudspeaker has audio of an item that is still to be heard. */
export const isToBeHeard = ({ conversation, playout }: SessionState, item: ConversationItem): boolean =>
  playout.isPresent &&
  playout.isSounding &&
  item.origin !== 'replayed' &&
  item.truncatedMs === undefined &&
  !playout.dropped.includes(item.responseId ?? '') &&
  receivedMsOf(item, conversation) > heardMsOf(playout, item.id);

/**
 * The whole conversation in words, in its order. The assistant's are those that were heard, also after an interruption,
 * when the service has forgotten which they were. Made anew at each call.
 */
export const transcriptOf = (state: SessionState, { words = 'heard' }: TranscriptConfig = {}): readonly TranscriptLine[] =>
  toArray(state.conversation.items).flatMap((item) => {
    const speaker = speakerOf(item);
    const text = speaker === 'assistant' && words === 'heard' ? heardTextOf(state, item) : item.transcript;
    return speaker && text !== '' ? [{ itemId: item.id, speaker, text, isCut: text.length < item.transcript.length }] : [];
  });

const receivedMsOf = ({ receivedBytes }: ConversationItem, { session }: ConversationState): Millis => {
  const { sampleRate, bytesPerSample } = outputFormatOf(session);
  return durationOf(receivedBytes / bytesPerSample, sampleRate);
};

const spokenMsOf = (item: ConversationItem, conversation: ConversationState): Millis => {
  const receivedMs = receivedMsOf(item, conversation);
  return item.item.status === 'completed' ? receivedMs : Math.max(receivedMs, item.transcript.length * characterMs);
};

/** Whether its words are spoken ones, of which the audio is still to come. */
const isSpoken = ({ item }: ConversationItem, { session }: ConversationState): boolean => {
  const parts = item.type === 'message' ? (item.content ?? []) : [];
  if (parts.length > 0) return parts.some(({ type }) => type === 'output_audio' || type === 'audio');
  return session?.output_modalities?.includes('audio') ?? true;
};
