import type { Observable } from 'rxjs';
import type { Millis } from '../audio.js';
import * as E from '../either.js';
import { type Failure, refuse } from './failure.js';
import type { Hearing } from './hearing.js';
import type { Item } from './shapes.js';

/** An item and what is known of it; audio is kept as its length alone. */
export interface Entry {
  readonly item: Item;
  /** Length of the item's audio, in milliseconds; 0 where it has none. */
  readonly audioMs: Millis;
  /** What the user said, where it was told with the item; only the brain reads it. */
  readonly heard?: string;
  /** What the user said, once it is known. */
  readonly hearing?: Observable<Hearing>;
  /** Images that came with the item. */
  readonly images?: number;
}

/** The items of a conversation, in order. */
export type Conversation = readonly Entry[];

/** The entry with this id. */
export const entryOf = (conversation: Conversation, id: string): Entry | undefined =>
  conversation.find(({ item }) => item.id === id);

/** Id of the last item, or null where there is none: the `previous_item_id` of the next. */
export const lastId = (conversation: Conversation): string | null => conversation[conversation.length - 1]?.item.id ?? null;

/** Id of the item before this one; null for the first. */
export const idBefore = (conversation: Conversation, id: string): string | null => {
  const at = conversation.findIndex(({ item }) => item.id === id);
  return conversation[at - 1]?.item.id ?? null;
};

/**
 * Puts an entry where the client asked for it.
 *
 * @param after Id of the item before it, `'root'` for the beginning, undefined or null for the end.
 */
export const insertEntry = (conversation: Conversation, entry: Entry, after?: string | null): E.Either<Failure, Conversation> => {
  if (entryOf(conversation, entry.item.id))
    return E.left(
      refuse(
        'item_create_duplicate_item_id',
        `Error adding item: an item with the id '${entry.item.id}' already exists in the conversation.`,
      ),
    );
  if (after === undefined || after === null || after === '') return E.right([...conversation, entry]);
  const at = after === 'root' ? 0 : conversation.findIndex(({ item }) => item.id === after) + 1;
  if (at === 0 && after !== 'root')
    return E.left(
      refuse('item_create_invalid_previous_item_id', `Error adding item: the previous item with id '${after}' does not exist.`),
    );
  return E.right([...conversation.slice(0, at), entry, ...conversation.slice(at)]);
};

/** Puts an entry in the place of the one with its id; nothing changes where there is none. */
export const replaceEntry = (conversation: Conversation, entry: Entry): Conversation =>
  conversation.map((old) => (old.item.id === entry.item.id ? entry : old));

/** Takes an item out. */
export const deleteEntry = (conversation: Conversation, id: string): E.Either<Failure, Conversation> =>
  entryOf(conversation, id)
    ? E.right(conversation.filter(({ item }) => item.id !== id))
    : E.left(refuse('item_delete_invalid_item_id', `Error deleting item: the item with id '${id}' does not exist.`));

/** The item that the client wants to see again. */
export const retrieveItem = (conversation: Conversation, id: string): E.Either<Failure, Item> => {
  const entry = entryOf(conversation, id);
  return entry
    ? E.right(entry.item)
    : E.left(refuse('item_retrieve_invalid_item_id', `Error retrieving item: the item with id '${id}' does not exist.`));
};

/** What a client asks for with `conversation.item.truncate`. */
export interface Truncation {
  readonly item_id: string;
  readonly content_index: number;
  readonly audio_end_ms: Millis;
}

/**
 * Cuts the audio of an assistant's item, and with it the item's whole transcript, as the service does.
 *
 * @param sentMs Audio of the item that has been sent so far, where its response is still running.
 */
export const truncateEntry = (
  conversation: Conversation,
  { item_id, content_index, audio_end_ms }: Truncation,
  sentMs?: Millis,
): E.Either<Failure, Conversation> => {
  const entry = entryOf(conversation, item_id);
  if (!entry)
    return E.left(
      refuse('item_truncate_invalid_item_id', `Error truncating item: the item with id '${item_id}' does not exist.`),
    );
  const { item } = entry;
  const audioMs = sentMs ?? entry.audioMs;
  if (item.type !== 'message' || item.role !== 'assistant' || audioMs === 0)
    return E.left(refuse('unsupported_content_type', 'Only model output audio messages can be truncated'));
  if (content_index !== 0)
    return E.left(refuse('invalid_value', `Content index ${content_index} does not exist in the item.`, 'content_index'));
  if (audio_end_ms < 0)
    return E.left(
      refuse(
        'integer_below_min_value',
        `Invalid 'audio_end_ms': integer below minimum value. Expected a value >= 0, but got ${audio_end_ms} instead.`,
        'audio_end_ms',
      ),
    );
  if (audio_end_ms > audioMs)
    return E.left(refuse('invalid_value', `Audio content of ${Math.floor(audioMs)}ms is already shorter than ${audio_end_ms}ms`));
  const content = item.content.map((part) => (part.type === 'output_audio' ? { type: 'output_audio' } : part));
  return E.right(replaceEntry(conversation, { item: { ...item, content }, audioMs: audio_end_ms }));
};
