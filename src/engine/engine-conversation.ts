import type { Acknowledged } from '../state/acknowledgements.js';
import type { ConversationItem } from '../state/conversation.js';
import { toArray } from '../state/item-list.js';
import type { SessionState } from '../state/session-state.js';
import type { Item } from '../wire/item.js';

/** The items of a conversation, and ways to change them. */
export interface EngineConversation {
  /** In order, as the provider last told them. */
  readonly items: readonly ConversationItem[];
  /** Adds an item at the end. Resolves when the provider has it. */
  add(item: Item): Promise<void>;
  /** Removes an item. Resolves when the provider has. */
  delete(itemId: string): Promise<void>;
  /** Removes all items. */
  clear(): Promise<void>;
}

/** @param ask Says commands to the provider; resolves when it has taken them all. */
export const engineConversation = (
  state: () => SessionState,
  ask: (commands: readonly Acknowledged[]) => Promise<void>,
): EngineConversation => {
  const items = (): readonly ConversationItem[] => toArray(state().conversation.items);
  const deletion = (item_id: string): Acknowledged => ({ type: 'conversation.item.delete', item_id });
  return {
    get items() {
      return items();
    },
    add: (item) => ask([{ type: 'conversation.item.create', item }]),
    delete: (itemId) => ask([deletion(itemId)]),
    clear: () => ask(items().map(({ id }) => deletion(id))),
  };
};
