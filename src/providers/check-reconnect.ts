import type { ReconnectConfig } from './keep-connected.js';

/** Throws RangeError for what cannot be: attempts that are not counted, a time that is negative or no number. */
export const checkReconnect = (
  who: string,
  { firstAttempts = 1, attempts = 0, withinMs = 0 }: Omit<ReconnectConfig, 'random'>,
): void => {
  if (!(isCount(firstAttempts) && firstAttempts >= 1)) {
    throw new RangeError(`${who}: firstAttempts must be a whole number of 1 or more, or Infinity, got ${firstAttempts}`);
  }
  if (!(isCount(attempts) && attempts >= 0)) {
    throw new RangeError(`${who}: attempts must be a whole number of 0 or more, or Infinity, got ${attempts}`);
  }
  if (!(withinMs >= 0)) throw new RangeError(`${who}: withinMs must be 0 or more, got ${withinMs}`);
};

const isCount = (value: number): boolean => Number.isInteger(value) || value === Number.POSITIVE_INFINITY;
