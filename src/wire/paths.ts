import type * as t from 'io-ts';

const MAX_PATHS = 20;

/** Names the place of an error. Keys of dictionaries are the sender's words, so they become `*`. */
const pathOf = ({ context }: t.ValidationError): string => {
  const keys: string[] = [];
  context.forEach(({ key, actual }, depth) => {
    const parent = context[depth - 1];
    // The members of a union or an intersection look at the same value: their number is no part of the place.
    if (parent === undefined || parent.actual === actual) return;
    keys.push(isDictionary(parent.type) ? '*' : key);
  });
  return keys.join('.');
};

/** By its tag, for a tool's codec may be made by another copy of io-ts. */
const isDictionary = (type: t.Decoder<never, unknown> | t.Mixed): boolean => '_tag' in type && type._tag === 'DictionaryType';

/** Where a value does not fit, at most 20 places; the deepest alone: where one alternative of a union went on, the others that did not even begin say nothing. */
export const pathsOf = (errors: t.Errors): string[] => {
  const paths = [...new Set(errors.slice(0, 10 * MAX_PATHS).map(pathOf))];
  return paths.filter((path) => !paths.some((other) => other.startsWith(`${path}.`))).slice(0, MAX_PATHS);
};
