import * as t from 'io-ts';
import { Item } from './item.js';
import { ResponseParams } from './response.js';
import { SessionPatch } from './session.js';
import { nullable, record } from './shape.js';

/** Comes back as `error.event_id` when the event was refused, and nowhere else. */
const eventId = { event_id: t.string };

/** Adds an item; an `item.id` of up to 32 characters is taken as it is. */
export const ItemCreate = record(
  { type: t.literal('conversation.item.create'), item: Item },
  {
    ...eventId,
    /** The item to stand behind; `root` for the front, absent for the end. */
    previous_item_id: nullable(t.string),
  },
);
export type ItemCreate = t.TypeOf<typeof ItemCreate>;

/** Removes an item. */
export const ItemDelete = record({ type: t.literal('conversation.item.delete'), item_id: t.string }, eventId);
export type ItemDelete = t.TypeOf<typeof ItemDelete>;

/** Asks for an item, with its audio; answered by `conversation.item.retrieved`. */
export const ItemRetrieve = record({ type: t.literal('conversation.item.retrieve'), item_id: t.string }, eventId);
export type ItemRetrieve = t.TypeOf<typeof ItemRetrieve>;

/** Cuts the assistant's audio to what the user has heard. */
export const ItemTruncate = record(
  { type: t.literal('conversation.item.truncate'), item_id: t.string, content_index: t.number, audio_end_ms: t.number },
  eventId,
);
export type ItemTruncate = t.TypeOf<typeof ItemTruncate>;

/** Audio of the user: base64, in the session's input format. */
export const InputAudioAppend = record({ type: t.literal('input_audio_buffer.append'), audio: t.string }, eventId);
export type InputAudioAppend = t.TypeOf<typeof InputAudioAppend>;

/** Throws away what was appended and not committed. */
export const InputAudioClear = record({ type: t.literal('input_audio_buffer.clear') }, eventId);
export type InputAudioClear = t.TypeOf<typeof InputAudioClear>;

/** Ends the user's turn: what was appended becomes an item. */
export const InputAudioCommit = record({ type: t.literal('input_audio_buffer.commit') }, eventId);
export type InputAudioCommit = t.TypeOf<typeof InputAudioCommit>;

/** Stops what the service plays (WebRTC and SIP). */
export const OutputAudioClear = record({ type: t.literal('output_audio_buffer.clear') }, eventId);
export type OutputAudioClear = t.TypeOf<typeof OutputAudioClear>;

/** Stops a response, the active one when none is named. */
export const ResponseCancel = record({ type: t.literal('response.cancel') }, { ...eventId, response_id: t.string });
export type ResponseCancel = t.TypeOf<typeof ResponseCancel>;

/** Asks for a response. */
export const ResponseCreate = record({ type: t.literal('response.create') }, { ...eventId, response: ResponseParams });
export type ResponseCreate = t.TypeOf<typeof ResponseCreate>;

/** Changes settings; one unknown field refuses all of them. */
export const SessionUpdate = record({ type: t.literal('session.update'), session: SessionPatch }, eventId);
export type SessionUpdate = t.TypeOf<typeof SessionUpdate>;

/** Translation sessions: audio to translate. */
export const TranslationAppend = record({ type: t.literal('session.input_audio_buffer.append'), audio: t.string }, eventId);
export type TranslationAppend = t.TypeOf<typeof TranslationAppend>;

/** Translation sessions: asks to end; answered by `session.closed`. */
export const SessionClose = record({ type: t.literal('session.close') }, eventId);
export type SessionClose = t.TypeOf<typeof SessionClose>;

const members = [
  ItemCreate,
  ItemDelete,
  ItemRetrieve,
  ItemTruncate,
  InputAudioAppend,
  InputAudioClear,
  InputAudioCommit,
  OutputAudioClear,
  ResponseCancel,
  ResponseCreate,
  SessionUpdate,
  TranslationAppend,
  SessionClose,
] as const;

/** Everything that a client can say to the service. */
export type ClientEvent = t.TypeOf<(typeof members)[number]>;
/** Its codec. */
export const ClientEvent: t.Type<ClientEvent> = t.union([...members], 'ClientEvent');

/** The client events of one or more types. */
export type ClientEventOf<Type extends ClientEvent['type']> = Extract<ClientEvent, { readonly type: Type }>;
