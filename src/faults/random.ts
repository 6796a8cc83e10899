/**
 * The state of a random generator, and a number from 0 (inclusive) to 1 (exclusive) out of it (mulberry32).
 *
 * @see {@link https://github.com/cprosche/mulberry32 | mulberry32}: 32 bits of state, good enough for dice.
 */
export const nextRandom = (state: number): readonly [value: number, state: number] => {
  const next = (state + 0x6d2b79f5) >>> 0;
  let t = Math.imul(next ^ (next >>> 15), next | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return [((t ^ (t >>> 14)) >>> 0) / 2 ** 32, next];
};

/** The state to begin with, for numbers that have nothing to do with those of other seeds. */
export const seedOf = (...parts: readonly number[]): number =>
  parts.reduce((state, part) => Math.floor(nextRandom((state ^ Math.imul(part + 1, 0x9e3779b1)) >>> 0)[0] * 2 ** 32), 0);

/** A generator that goes on from call to call. */
export const randomFrom = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    const [value, next] = nextRandom(state);
    state = next;
    return value;
  };
};
