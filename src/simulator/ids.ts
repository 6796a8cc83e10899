/** What an id names; the prefix is part of it. */
export type IdPrefix = 'event' | 'sess' | 'conv' | 'item' | 'resp' | 'call';

/** Makes ids that were never given before. */
export type NewId = (prefix: IdPrefix) => string;

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/**
 * Ids in the service's form: prefix, underscore, 21 letters and digits (16 after `call_`), as in every recorded session.
 *
 * @param random Numbers from 0 (inclusive) to 1 (exclusive); a seeded one makes a run repeatable.
 */
export const idsFrom =
  (random: () => number = Math.random): NewId =>
  (prefix) => {
    let id = `${prefix}_`;
    for (let left = prefix === 'call' ? 16 : 21; left > 0; left--) id += alphabet[Math.floor(random() * alphabet.length)];
    return id;
  };

/**
 * The `obfuscation` of a text-like delta: random letters that bring delta and padding to a multiple of 16 characters,
 * as recorded, so that the length of a frame does not tell the length of a word.
 */
export const obfuscationFor = (delta: string, random: () => number = Math.random): string => {
  let padding = '';
  for (let left = 16 - (delta.length % 16); left > 0; left--) padding += alphabet[Math.floor(random() * alphabet.length)];
  return padding;
};
