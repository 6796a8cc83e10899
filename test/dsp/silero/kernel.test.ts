import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Kernel, plainKernel, vectorKernel } from '../../../src/dsp/silero/kernel.js';
import { seeded } from './sound.js';

const vectors = vectorKernel() as Kernel;
const plain = plainKernel();

/** By the definition, of a matrix that is given row by row. */
const defined = (rows: readonly (readonly number[])[], biases: readonly number[], input: readonly number[], floor: number) =>
  rows.map((row, at) =>
    Math.max(
      floor,
      row.reduce((sum, weight, i) => sum + weight * (input[i] ?? 0), biases[at] ?? 0),
    ),
  );

const laid = ({ heap }: Kernel, rows: readonly (readonly number[])[], biases: readonly number[], columns: number): void => {
  let next = 0;
  for (let block = 0; block < rows.length; block += 4) {
    for (let column = 0; column < columns; column += 4) {
      for (let row = block; row < block + 4; row++) {
        for (let i = 0; i < 4; i++) heap[next++] = rows[row]?.[column + i] ?? Number.NaN;
      }
    }
    for (let row = block; row < block + 4; row++) heap[next++] = biases[row] ?? Number.NaN;
  }
};

describe.each([
  ['vectors', vectors],
  ['plain numbers', plain],
])('a kernel of %s', (_, kernel) => {
  it('multiplies, adds and bounds from below', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 12 }),
        fc.constantFrom(0, Number.NEGATIVE_INFINITY),
        fc.integer({ min: 1, max: 2 ** 31 }),
        (blocks, fours, floor, seed) => {
          const random = seeded(seed);
          const values = (count: number): number[] => Array.from({ length: count }, () => Math.fround(random() * 2 - 1));
          const [rows, columns] = [blocks * 4, fours * 4];
          const [matrix, biases, input] = [Array.from({ length: rows }, () => values(columns)), values(rows), values(columns)];
          laid(kernel, matrix, biases, columns);
          kernel.heap.set(input, 10_000);
          kernel.heap.fill(7, 11_000, 11_000 + rows + 1);
          kernel.affine(0, 10_000, 11_000, rows, columns, floor);
          const expected = defined(matrix, biases, input, floor);
          for (let row = 0; row < rows; row++) expect(kernel.heap[11_000 + row]).toBeCloseTo(expected[row] ?? 0, 4);
          expect(kernel.heap[11_000 + rows]).toBe(7);
        },
      ),
    );
  });
});
