import type { Millis } from '../audio.js';

/**
 * The part of a text that was heard when `heardMs` of its `totalMs` of speech were: in proportion, and never half a
 * word. All of it when all was heard, and nothing of a text without audio.
 */
export const heardText = (text: string, heardMs: Millis, totalMs: Millis): string => {
  if (heardMs >= totalMs) return totalMs > 0 ? text : '';
  const end = Math.floor((text.length * heardMs) / totalMs);
  if (/\s/.test(text[end] ?? ' ')) return text.slice(0, end).trimEnd();
  return text.slice(0, end).replace(/\S+$/, '').trimEnd();
};
