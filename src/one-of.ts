/**
 * Throws RangeError unless the value is one of these: types keep out a misspelt name, JavaScript does not.
 *
 * @param what Of which option: `encode: turns`.
 */
export const assertOneOf = (what: string, value: string, known: readonly string[]): void => {
  if (!known.includes(value)) throw new RangeError(`${what} must be one of ${known.join(', ')}, got ${JSON.stringify(value)}`);
};
