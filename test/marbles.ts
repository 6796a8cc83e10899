import { expect } from 'vitest';
import { createMarbles } from '../marbles/index.js';

/** Wraps a marble test for vitest. */
export const marbles = createMarbles((actual, expected) => expect(actual).toEqual(expected));
