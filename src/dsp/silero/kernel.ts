import { instantiate } from '../web-assembly.js';

/** Multiplies matrices with vectors, in a memory of its own that holds both. */
export interface Kernel {
  /** The memory, in floats. */
  readonly heap: Float32Array;
  /**
   * `output = max(floor, matrix · input + biases)`.
   *
   * The matrix lies in blocks of four rows: four columns of the first, of the second, of the third and of the fourth, then the next four columns,
   * and last the four biases, so that it is read from end to end.
   *
   * @param matrix Where in the heap the matrix begins.
   * @param input Where the vector begins, of `columns` floats.
   * @param output Where the result goes, `rows` floats.
   * @param rows A multiple of four.
   * @param columns A multiple of four.
   * @param floor 0 for a rectifier, `-Infinity` for none.
   */
  affine(matrix: number, input: number, output: number, rows: number, columns: number, floor: number): void;
}

/** Floats that either kernel has: 17 pages of WebAssembly memory. */
const capacity = (17 * 65_536) / 4;

/**
 * The module of 401 bytes, by hand; shuffles are written as what they make:
 *
 * ```wat
 * (memory (export "memory") 17)
 * (func (export "affine") (param $w i32) (param $x i32) (param $y i32) (param $end i32) (param $length i32) (param $floor f32)
 *   (local $at i32) (local $stop i32) (local $v v128) (local $a v128) (local $b v128) (local $c v128) (local $d v128)
 *   (local.set $stop (i32.add (local.get $x) (local.get $length)))
 *   (loop $block
 *     (local.set $a (v128.const f32x4 0 0 0 0))
 *     (local.set $b (local.get $a))
 *     (local.set $c (local.get $a))
 *     (local.set $d (local.get $a))
 *     (local.set $at (local.get $x))
 *     (loop $columns
 *       (local.set $v (v128.load (local.get $at)))
 *       (local.set $a (f32x4.add (local.get $a) (f32x4.mul (local.get $v) (v128.load (local.get $w)))))
 *       (local.set $b (f32x4.add (local.get $b) (f32x4.mul (local.get $v) (v128.load offset=16 (local.get $w)))))
 *       (local.set $c (f32x4.add (local.get $c) (f32x4.mul (local.get $v) (v128.load offset=32 (local.get $w)))))
 *       (local.set $d (f32x4.add (local.get $d) (f32x4.mul (local.get $v) (v128.load offset=48 (local.get $w)))))
 *       (local.set $w (i32.add (local.get $w) (i32.const 64)))
 *       (local.set $at (i32.add (local.get $at) (i32.const 16)))
 *       (br_if $columns (i32.lt_u (local.get $at) (local.get $stop))))
 *     ;; a0+a2 b0+b2 a1+a3 b1+b3
 *     (local.set $a (f32x4.add
 *       (i8x16.shuffle … (local.get $a) (local.get $b))
 *       (i8x16.shuffle … (local.get $a) (local.get $b))))
 *     (local.set $c (f32x4.add
 *       (i8x16.shuffle … (local.get $c) (local.get $d))
 *       (i8x16.shuffle … (local.get $c) (local.get $d))))
 *     (v128.store (local.get $y) (f32x4.max (f32x4.splat (local.get $floor)) (f32x4.add
 *       (v128.load (local.get $w))
 *       (f32x4.add
 *         (i8x16.shuffle … (local.get $a) (local.get $c))
 *         (i8x16.shuffle … (local.get $a) (local.get $c))))))
 *     (local.set $w (i32.add (local.get $w) (i32.const 16)))
 *     (local.set $y (i32.add (local.get $y) (i32.const 16)))
 *     (br_if $block (i32.lt_u (local.get $y) (local.get $end)))))
 * ```
 */
const module =
  'AGFzbQEAAAABCgFgBn9/f39/fQADAgEABQMBABEHEwIGbWVtb3J5AgAGYWZmaW5lAAAK3AIB2QICAn8FeyABIARqIQcDQP0MAAAAAAAAAAAAAAAAAAAAACEJIAkhCiAJIQsgCSEMIAEhBgNAIAb9AAQAIQggCSAIIAD9AAQA/eYB/eQBIQkgCiAIIAD9AAQQ/eYB/eQBIQogCyAIIAD9AAQg/eYB/eQBIQsgDCAIIAD9AAQw/eYB/eQBIQwgAEHAAGohACAGQRBqIQYgBiAHSQ0ACyAJIAr9DQABAgMQERITBAUGBxQVFhcgCSAK/Q0ICQoLGBkaGwwNDg8cHR4f/eQBIQkgCyAM/Q0AAQIDEBESEwQFBgcUFRYXIAsgDP0NCAkKCxgZGhsMDQ4PHB0eH/3kASELIAIgBf0TIAD9AAQAIAkgC/0NAAECAwQFBgcQERITFBUWFyAJIAv9DQgJCgsMDQ4PGBkaGxwdHh/95AH95AH96QH9CwQAIABBEGohACACQRBqIQIgAiADSQ0ACws=';

/** Four products at once. Undefined where the runtime has no such instructions, or its policy forbids them. */
export const vectorKernel = (): Kernel | undefined => {
  const exports = instantiate<{
    readonly memory: { readonly buffer: ArrayBuffer };
    affine(matrix: number, input: number, output: number, end: number, length: number, floor: number): void;
  }>(module);
  if (!exports) return undefined;
  const { affine } = exports;
  return {
    heap: new Float32Array(exports.memory.buffer),
    affine: (matrix, input, output, rows, columns, floor) =>
      affine(matrix * 4, input * 4, output * 4, (output + rows) * 4, columns * 4, floor),
  };
};

/** The same in plain JavaScript; unrolled by hand, for a loop over the four takes a third longer. */
export const plainKernel = (): Kernel => {
  const heap = new Float32Array(capacity);
  const of = (index: number): number => heap[index] as number;
  return {
    heap,
    affine(matrix, input, output, rows, columns, floor) {
      let next = matrix;
      for (let row = output; row < output + rows; row += 4) {
        let a = 0;
        let b = 0;
        let c = 0;
        let d = 0;
        for (let at = input; at < input + columns; at += 4) {
          const v0 = heap[at] as number;
          const v1 = heap[at + 1] as number;
          const v2 = heap[at + 2] as number;
          const v3 = heap[at + 3] as number;
          a += v0 * of(next) + v1 * of(next + 1) + v2 * of(next + 2) + v3 * of(next + 3);
          b += v0 * of(next + 4) + v1 * of(next + 5) + v2 * of(next + 6) + v3 * of(next + 7);
          c += v0 * of(next + 8) + v1 * of(next + 9) + v2 * of(next + 10) + v3 * of(next + 11);
          d += v0 * of(next + 12) + v1 * of(next + 13) + v2 * of(next + 14) + v3 * of(next + 15);
          next += 16;
        }
        heap[row] = Math.max(floor, a + (heap[next] as number));
        heap[row + 1] = Math.max(floor, b + (heap[next + 1] as number));
        heap[row + 2] = Math.max(floor, c + (heap[next + 2] as number));
        heap[row + 3] = Math.max(floor, d + (heap[next + 3] as number));
        next += 4;
      }
    },
  };
};
