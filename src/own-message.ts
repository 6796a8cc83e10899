import type { ReplayedItem } from './replay-item.js';
import type { ConversationItem } from './state/conversation.js';
import type { ClientEvent } from './wire/client-event.js';

/** How the ids of our own system messages begin: the word that the conversation is to go on, and its summary. */
export const anchorPrefix = 'rxvox_anchor_';
export const summaryPrefix = 'rxvox_summary_';

/** A system message of our own, under an id that no item has had: the state tells items apart by them. */
export const ownMessage = (items: readonly ConversationItem[], prefix: string, text: string): ReplayedItem => {
  const numbers = items.map(({ id }) => (id.startsWith(prefix) ? Number(id.slice(prefix.length)) || 0 : 0));
  const id = `${prefix}${Math.max(0, ...numbers) + 1}`;
  return { item: { id, type: 'message', role: 'system', content: [{ type: 'input_text', text }] }, ms: 0 };
};

/** Whether a command adds one: each session gets its own, and none of one that did not last. */
export const isOwn = (command: ClientEvent): boolean =>
  command.type === 'conversation.item.create' &&
  [anchorPrefix, summaryPrefix].some((prefix) => command.item.id?.startsWith(prefix) ?? false);
