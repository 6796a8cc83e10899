import { bytesOf } from '../web-assembly.js';
import type { Kernel } from './kernel.js';

/** Says how likely it is that somebody speaks. Streams share it: what it remembers of one is kept in the stream's own state. */
export interface SpeechNetwork {
  /**
   * Takes the next window of a stream.
   *
   * @param window `windowSamples` samples at 16 kHz, -1 to 1, with the `contextSamples` before them.
   * @param state `stateLength` floats, zeros to begin with; changed.
   * @returns A probability, 0 to 1.
   */
  hear(window: Float32Array, state: Float32Array): number;
}

/** Samples of a window at 16 kHz: 32 ms. */
export const windowSamples = 512;
/** Samples ahead of a window that the network wants with it: with the 512 alone the published model runs, and hears no speech. */
export const contextSamples = 64;
/** What the recurrent layer hands on: 128 outputs and 128 cells. */
export const stateLength = 256;

/** Rows and columns of the layers in the file, in order: four convolutions, the recurrent layer, the decision. */
const shapes = [
  [128, 396],
  [64, 384],
  [64, 128],
  [128, 64],
  [512, 256],
  [1, 128],
] as const;

interface Layer {
  /** Where its matrix begins in the heap, rows, and columns. */
  readonly matrix: number;
  readonly rows: number;
  readonly columns: number;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
/** `Math.tanh` takes twice as long. */
const tanh = (x: number): number => 2 / (1 + Math.exp(-2 * x)) - 1;

/** Hands out the heap, from its beginning. */
const allocator = (kernel: Kernel) => {
  let next = 0;
  const take = (floats: number): number => {
    next += floats;
    if (next > kernel.heap.length) throw new RangeError('silero: the network does not fit into the memory of the kernel');
    return next - floats;
  };
  const layer = (
    rows: number,
    columns: number,
    weight: (row: number, column: number) => number,
    bias: (row: number) => number,
  ) => {
    const even = Math.ceil(rows / 4) * 4;
    const matrix = take(even * (columns + 1));
    for (let row = 0; row < rows; row++) {
      const block = matrix + (row >> 2) * 4 * (columns + 1);
      for (let column = 0; column < columns; column++) {
        kernel.heap[block + (column >> 2) * 16 + (row & 3) * 4 + (column & 3)] = weight(row, column);
      }
      kernel.heap[block + columns * 4 + (row & 3)] = bias(row);
    }
    return { matrix, rows: even, columns };
  };
  return { take, layer };
};

const zero = (): number => 0;

/** The window function times a cosine or a sine, for the sums and the differences of a frame's two halves. */
const transform = (wave: (angle: number) => number) => (row: number, column: number) => {
  const n = column + 1;
  return (0.5 - 0.5 * Math.cos((Math.PI * n) / 128)) * wave((Math.PI * row * n) / 128);
};

/**
 * Makes the network of Silero VAD v6 for 16 kHz: the magnitudes of four short transforms, four convolutions, a recurrent layer, a decision. Each of
 * them is a product of a matrix with a stretch of the heap.
 *
 * @param base64 Its weights, as `scripts/silero-weights.mjs` writes them.
 */
export const sileroNetwork = (base64: string, kernel: Kernel): SpeechNetwork => {
  const { heap, affine } = kernel;
  const { take, layer } = allocator(kernel);

  const rowsOfAll = shapes.reduce((sum, [rows]) => sum + rows, 0);
  const { buffer } = bytesOf(base64);
  const [scales, biases] = [new Float32Array(buffer, 0, rowsOfAll), new Float32Array(buffer, rowsOfAll * 4, rowsOfAll)];
  const weights = new DataView(buffer, rowsOfAll * 8);
  /** Three bytes with a sign, the lowest first. */
  const weight = (at: number): number => weights.getInt8(at * 3 + 2) * 65_536 + weights.getUint16(at * 3, true);
  let [rowsBefore, weightsBefore] = [0, 0];
  const [first, second, third, fourth, recurrent, decision] = shapes.map(([rows, columns]): Layer => {
    const [row0, weight0] = [rowsBefore, weightsBefore];
    rowsBefore += rows;
    weightsBefore += rows * columns;
    return layer(
      rows,
      columns,
      (row, column) => weight(weight0 + row * columns + column) * (scales[row0 + row] as number),
      (row) => biases[row0 + row] as number,
    );
  }) as [Layer, Layer, Layer, Layer, Layer, Layer];
  const cosines = layer(129, 128, transform(Math.cos), zero);
  const sines = layer(129, 128, transform(Math.sin), zero);

  /** The window with its context, and 64 samples more in which it is mirrored. */
  const sound = take(640);
  /** A frame of 256 samples, folded in the middle: a cosine is the same on both sides of it, a sine changes its sign. */
  const sums = take(128);
  const differences = take(128);
  const real = take(132);
  const imaginary = take(132);
  // Each with a column of zeros ahead, and the spectrum with one behind: the padding of the convolutions.
  const spectrum = take(6 * 132);
  const encoded = [take(5 * 128), take(2 * 64), take(64)] as const;
  const joined = take(stateLength);
  const gates = take(512);
  const output = take(4);

  const run = ({ matrix, rows, columns }: Layer, from: number, to: number, floor: number): void =>
    affine(matrix, from, to, rows, columns, floor);

  const analyze = (frame: number): void => {
    const begin = sound + frame * 128;
    for (let n = 1; n <= 128; n++) {
      const left = heap[begin + n] as number;
      const right = heap[begin + 256 - n] as number;
      heap[sums + n - 1] = left + right;
      heap[differences + n - 1] = left - right;
    }
    // The middle stands alone.
    heap[sums + 127] = heap[begin + 128] as number;
    run(cosines, sums, real, Number.NEGATIVE_INFINITY);
    run(sines, differences, imaginary, Number.NEGATIVE_INFINITY);
    const column = spectrum + (frame + 1) * 132;
    for (let bin = 0; bin < 129; bin++) {
      const re = heap[real + bin] as number;
      const im = heap[imaginary + bin] as number;
      heap[column + bin] = Math.sqrt(re * re + im * im);
    }
  };

  /** Turns the gates (input, forget, cell, output) into the new state. */
  const remember = (state: Float32Array): void => {
    for (let i = 0; i < 128; i++) {
      const cell =
        sigmoid(heap[gates + 128 + i] as number) * (state[128 + i] as number) +
        sigmoid(heap[gates + i] as number) * tanh(heap[gates + 256 + i] as number);
      state[128 + i] = cell;
      state[i] = sigmoid(heap[gates + 384 + i] as number) * tanh(cell);
    }
  };

  return {
    hear(window, state) {
      heap.set(window, sound);
      for (let i = 0; i < 64; i++) heap[sound + 576 + i] = window[574 - i] as number;
      for (let frame = 0; frame < 4; frame++) analyze(frame);
      for (let frame = 0; frame < 4; frame++) run(first, spectrum + frame * 132, encoded[0] + (frame + 1) * 128, 0);
      for (let frame = 0; frame < 2; frame++) run(second, encoded[0] + frame * 256, encoded[1] + frame * 64, 0);
      run(third, encoded[1], encoded[2], 0);
      run(fourth, encoded[2], joined, 0);
      for (let i = 0; i < 128; i++) heap[joined + 128 + i] = state[i] as number;
      run(recurrent, joined, gates, Number.NEGATIVE_INFINITY);
      remember(state);
      for (let i = 0; i < 128; i++) heap[joined + i] = Math.max(0, state[i] as number);
      run(decision, joined, output, Number.NEGATIVE_INFINITY);
      return sigmoid(heap[output] as number);
    },
  };
};
