import { expect } from 'vitest';
import { createMarbles } from '../marbles/index.js';

/** Marble tests of this repository: the kit bound to vitest. */
export const marbles = createMarbles((actual, expected) => expect(actual).toEqual(expected));
