import type { Millis } from './audio.js';
import type { Recording } from './recordings.js';
import type { ConversationItem } from './state/conversation.js';
import type { SessionState } from './state/session-state.js';
import { keptTextOf } from './state/transcript.js';
import type { ContentPart, Item, MessageItem } from './wire/item.js';

/** An item as a later session gets it. */
export interface ReplayedItem {
  readonly item: Item & { readonly id: string };
  /** Audio of the user that it holds. */
  readonly ms: Millis;
}

/** What is known of an item beside the state. */
export interface ReplayConfig {
  /** What the user said in it, where no words are known. */
  readonly recording?: Recording | undefined;
  /** Where it is to be cut. */
  readonly cutMs?: Millis | undefined;
}

/** Ids that are longer are refused (`string_above_max_length`). */
export const longestId = 32;

/**
 * The item under its own id, as a session takes it from a client: the user's words or else audio, what was heard of the assistant's, tool calls
 * and outputs. Undefined where there is nothing to tell, and for what only the service itself can make.
 */
export const replayItem = (state: SessionState, held: ConversationItem, config: ReplayConfig = {}): ReplayedItem | undefined => {
  const { id, item } = held;
  if (id.length > longestId) return undefined;
  switch (item.type) {
    case 'message':
      return item.role === 'assistant' ? assistantItem(state, held, config) : userItem(held, item, config);
    case 'function_call': {
      const { type, name, call_id, arguments: args } = item;
      return call_id === undefined ? undefined : { item: { id, type, call_id, name, arguments: args }, ms: 0 };
    }
    case 'function_call_output': {
      const { type, call_id, output } = item;
      return { item: { id, type, call_id, output }, ms: 0 };
    }
    default:
      return undefined;
  }
};

const assistantItem = (state: SessionState, held: ConversationItem, { cutMs }: ReplayConfig): ReplayedItem | undefined => {
  const text = keptTextOf(state, held, cutMs);
  if (text === '') return undefined;
  return { item: { id: held.id, type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] }, ms: 0 };
};

const userItem = (
  { id, transcript }: ConversationItem,
  { role, content: parts = [] }: MessageItem,
  { recording }: ReplayConfig,
): ReplayedItem | undefined => {
  const content = parts.length > 0 ? parts.flatMap((part) => userPart(part, transcript, recording)) : textPart(transcript);
  const isAudio = content.some(({ type }) => type === 'input_audio');
  return content.length > 0
    ? { item: { id, type: 'message', role, content }, ms: isAudio ? (recording?.ms ?? 0) : 0 }
    : undefined;
};

const userPart = (part: ContentPart, transcript: string, recording: Recording | undefined): readonly ContentPart[] => {
  const { type, text, image_url, detail } = part;
  switch (type) {
    case 'input_image':
      return image_url == null ? [] : [{ type, image_url, ...(detail == null ? {} : { detail }) }];
    case 'input_audio':
      // While there is a recording, the words are not known, or not all of them.
      return recording ? [{ type, audio: recording.audio }] : textPart(part.transcript || transcript);
    default:
      return textPart(text ?? '');
  }
};

const textPart = (text: string): readonly ContentPart[] => (text === '' ? [] : [{ type: 'input_text', text }]);
