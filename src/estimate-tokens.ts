import type { Millis } from './audio.js';
import type { Item } from './wire/item.js';

/** English text has about four characters a token (OpenAI, "What are tokens"). */
const charactersPerToken = 4;

/** Audio of the user counts one token for each 100 ms (OpenAI, "Managing costs" of the Realtime API). */
const audioTokenMs: Millis = 100;

/** An image of 1024 × 1024 in high detail, and any in low (OpenAI, "Images and vision"). */
const imageTokens = 765;
const lowImageTokens = 85;

/** What goes with each item beside its content. */
const itemTokens = 4;

/** About how many tokens an item takes; its audio by length alone. */
export const estimateTokens = (item: Item, audioMs: Millis): number =>
  itemTokens + Math.ceil(charactersIn(item) / charactersPerToken) + Math.ceil(audioMs / audioTokenMs) + tokensOfImages(item);

const charactersIn = (item: Item): number => {
  switch (item.type) {
    case 'message':
      return (item.content ?? []).reduce((sum, { text }) => sum + (text?.length ?? 0), 0);
    case 'function_call':
      return item.name.length + item.arguments.length;
    case 'function_call_output':
      return item.output.length;
    default:
      return 0;
  }
};

const tokensOfImages = (item: Item): number =>
  (item.type === 'message' ? (item.content ?? []) : []).reduce(
    (sum, { type, detail }) => sum + (type !== 'input_image' ? 0 : detail === 'low' ? lowImageTokens : imageTokens),
    0,
  );
