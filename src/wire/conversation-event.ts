import * as t from 'io-ts';
import { Item } from './item.js';
import { list, nullable, open, record } from './shape.js';
import { TranscriptionUsage } from './usage.js';

/** Azure Voice Live and others leave the id out of some events; SIP's key presses have none. */
const eventId = { event_id: t.string };

const previous = { ...eventId, previous_item_id: nullable(t.string) };

const LogProbs = nullable(list(record({}, { token: t.string, logprob: t.number, bytes: nullable(list(t.number)) })));

/** xAI and beta peers: the conversation is there. */
export const ConversationCreated = record(
  { type: t.literal('conversation.created'), conversation: record({}, { id: t.string, object: t.string }) },
  previous,
);
export type ConversationCreated = t.TypeOf<typeof ConversationCreated>;

/** An item has its place in the conversation; `previous_item_id` is reliable here and not in `conversation.item.done`. */
export const ItemAdded = record({ type: t.literal('conversation.item.added'), item: Item }, previous);
export type ItemAdded = t.TypeOf<typeof ItemAdded>;

/** What beta peers and Voice Live send in place of `conversation.item.added`. */
export const ItemCreated = record({ type: t.literal('conversation.item.created'), item: Item }, previous);
export type ItemCreated = t.TypeOf<typeof ItemCreated>;

/** An item will not change any more. */
export const ItemDone = record({ type: t.literal('conversation.item.done'), item: Item }, previous);
export type ItemDone = t.TypeOf<typeof ItemDone>;

/** An item was removed. */
export const ItemDeleted = record({ type: t.literal('conversation.item.deleted'), item_id: t.string }, previous);
export type ItemDeleted = t.TypeOf<typeof ItemDeleted>;

/** The item that was asked for, audio included. */
export const ItemRetrieved = record({ type: t.literal('conversation.item.retrieved'), item: Item }, previous);
export type ItemRetrieved = t.TypeOf<typeof ItemRetrieved>;

/** The assistant's audio was cut; the service dropped the item's transcript too. */
export const ItemTruncated = record(
  { type: t.literal('conversation.item.truncated'), item_id: t.string, content_index: t.number, audio_end_ms: t.number },
  previous,
);
export type ItemTruncated = t.TypeOf<typeof ItemTruncated>;

/** What the user said, word by word. Some models send it while the user still speaks, before the item exists. */
export const InputTranscriptionDelta = record(
  { type: t.literal('conversation.item.input_audio_transcription.delta'), item_id: t.string },
  { ...previous, content_index: t.number, delta: t.string, logprobs: LogProbs, obfuscation: t.string },
);
export type InputTranscriptionDelta = t.TypeOf<typeof InputTranscriptionDelta>;

/** What the user said. xAI sends several, each with all of the text, until `status` is `completed`. */
export const InputTranscriptionCompleted = record(
  {
    type: t.literal('conversation.item.input_audio_transcription.completed'),
    item_id: t.string,
    content_index: t.number,
    transcript: t.string,
  },
  {
    ...previous,
    usage: nullable(TranscriptionUsage),
    languages: nullable(list(t.unknown)),
    logprobs: LogProbs,
    status: open('in_progress', 'completed'),
  },
);
export type InputTranscriptionCompleted = t.TypeOf<typeof InputTranscriptionCompleted>;

/** xAI: what the user said so far, all of the text again. */
export const InputTranscriptionUpdated = record(
  { type: t.literal('conversation.item.input_audio_transcription.updated'), item_id: t.string, transcript: t.string },
  { ...previous, content_index: t.number },
);
export type InputTranscriptionUpdated = t.TypeOf<typeof InputTranscriptionUpdated>;

/** The user's words could not be written down; the response goes on all the same. */
export const InputTranscriptionFailed = record(
  {
    type: t.literal('conversation.item.input_audio_transcription.failed'),
    item_id: t.string,
    content_index: t.number,
    error: record(
      {},
      { type: nullable(t.string), code: nullable(t.string), message: nullable(t.string), param: nullable(t.string) },
    ),
  },
  previous,
);
export type InputTranscriptionFailed = t.TypeOf<typeof InputTranscriptionFailed>;

/** Who said what, from models that tell speakers apart; `start` and `end` in seconds. */
export const InputTranscriptionSegment = record(
  {
    type: t.literal('conversation.item.input_audio_transcription.segment'),
    id: t.string,
    item_id: t.string,
    content_index: t.number,
    text: t.string,
    speaker: t.string,
    start: t.number,
    end: t.number,
  },
  previous,
);
export type InputTranscriptionSegment = t.TypeOf<typeof InputTranscriptionSegment>;

/** All events about items of the conversation. */
export const conversationEvents = [
  ConversationCreated,
  ItemAdded,
  ItemCreated,
  ItemDone,
  ItemDeleted,
  ItemRetrieved,
  ItemTruncated,
  InputTranscriptionDelta,
  InputTranscriptionCompleted,
  InputTranscriptionUpdated,
  InputTranscriptionFailed,
  InputTranscriptionSegment,
] as const;
