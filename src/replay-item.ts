import type { Millis } from './audio.js';
import type { Recording } from './recordings.js';
import type { ConversationItem } from './state/conversation.js';
import type { SessionState } from './state/session-state.js';
import { keptTextOf } from './state/transcript.js';
import { type ContentPart, type Item, longestId, type MessageItem } from './wire/item.js';

/** An item as a later session gets it. */
export interface ReplayedItem {
  readonly item: Item & { readonly id: string };
  /** Audio of the user that it holds. */
  readonly ms: Millis;
  /** How many of its images are lost; it says so in their place. */
  readonly lostImages?: number;
}

/** What is known of an item beside the state. */
export interface ReplayConfig {
  /** What the user said in it, where no words are known. */
  readonly recording?: Recording | undefined;
  /** URLs of its images, in order; the service tells none. */
  readonly images?: readonly string[] | undefined;
  /** Where it is to be cut. */
  readonly cutMs?: Millis | undefined;
}

/** What stands for an image that is not kept: what was said about it stays. */
const lostImage = '(An image was shown here. It is not available any more.)';

/**
 * The item under its own id, as a session takes it from a client: the user's words or else audio, his images, what was heard of the assistant's, tool
 * calls and outputs. Undefined where there is nothing to tell, and for what only the service itself can make.
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
  { recording, images = [] }: ReplayConfig,
): ReplayedItem | undefined => {
  const partOf = (part: ContentPart, at: number): readonly ContentPart[] =>
    part.type === 'input_image'
      ? [imagePart(part, images[imageCount(parts.slice(0, at))])]
      : userPart(part, transcript, recording);
  const content = parts.length > 0 ? parts.flatMap(partOf) : textPart(transcript);
  if (content.length === 0) return undefined;
  const isAudio = content.some(({ type }) => type === 'input_audio');
  const lostImages = imageCount(parts) - imageCount(content);
  return {
    item: { id, type: 'message', role, content },
    ms: isAudio ? (recording?.ms ?? 0) : 0,
    ...(lostImages > 0 ? { lostImages } : {}),
  };
};

const imageCount = (parts: readonly ContentPart[]): number => parts.filter(({ type }) => type === 'input_image').length;

const imagePart = ({ image_url, detail }: ContentPart, kept: string | undefined): ContentPart => {
  const url = image_url || kept;
  if (!url) return { type: 'input_text', text: lostImage };
  return { type: 'input_image', image_url: url, ...(detail == null ? {} : { detail }) };
};

const userPart = (part: ContentPart, transcript: string, recording: Recording | undefined): readonly ContentPart[] => {
  const { type, text } = part;
  switch (type) {
    case 'input_audio':
      // While there is a recording, the words are not known, or not all of them.
      return recording ? [{ type, audio: recording.audio }] : textPart(part.transcript || transcript);
    default:
      return textPart(text ?? '');
  }
};

const textPart = (text: string): readonly ContentPart[] => (text === '' ? [] : [{ type: 'input_text', text }]);
