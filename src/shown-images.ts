import type { VoiceEvent } from './events.js';
import type { ClientEvent } from './wire/client-event.js';
import type { Item } from './wire/item.js';

/** The images that the session was shown: the service echoes their items without them. */
export interface ShownImages {
  /** A command was sent; its item has an id. */
  sent(command: ClientEvent): void;
  /** Something has happened. */
  happened(event: VoiceEvent): void;
  /** The URLs of the images of an item, in its order; none where they are not kept. */
  imagesOf(itemId: string): readonly string[];
}

/** How much of the images is kept. */
export interface ShownImagesConfig {
  /**
   * How many bytes of URLs to keep of all items together; the oldest items go first, and whole.
   * @default 4194304: about ten photos of a million pixels
   */
  readonly keepBytes?: number;
}

/**
 * An empty store of images. An item that is sent again counts as new, one that is deleted or dropped is forgotten.
 *
 * @throws RangeError when `keepBytes` is negative.
 */
export const createShownImages = ({ keepBytes = 4_194_304 }: ShownImagesConfig = {}): ShownImages => {
  if (!(keepBytes >= 0)) throw new RangeError(`createShownImages: keepBytes must be >= 0, got ${keepBytes}`);
  // In the order in which they were shown.
  const kept = new Map<string, readonly string[]>();
  let totalBytes = 0;

  const forget = (itemId: string): void => {
    totalBytes -= bytesOf(kept.get(itemId) ?? []);
    kept.delete(itemId);
  };

  return {
    sent(command) {
      if (command.type !== 'conversation.item.create' || command.item.id === undefined) return;
      const { id } = command.item;
      const images = imagesIn(command.item);
      if (images.length === 0) return;
      forget(id);
      kept.set(id, images);
      totalBytes += bytesOf(images);
      for (const oldest of kept.keys()) {
        if (totalBytes <= keepBytes) return;
        forget(oldest);
      }
    },
    happened(event) {
      if (event.type === 'conversation.item.deleted') forget(event.item_id);
      else if (event.type === 'connection.restored') event.droppedItemIds.forEach(forget);
    },
    imagesOf: (itemId) => kept.get(itemId) ?? [],
  };
};

/** The URLs of the images of an item, in its order; empty for those that do not say. */
export const imagesIn = (item: Item): readonly string[] =>
  item.type === 'message'
    ? (item.content ?? []).flatMap(({ type, image_url }) => (type === 'input_image' ? [image_url ?? ''] : []))
    : [];

/** A data URL has no characters beyond ASCII. */
const bytesOf = (images: readonly string[]): number => images.reduce((sum, { length }) => sum + length, 0);
