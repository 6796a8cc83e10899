/**
 * White noise: a fold that gives the next value, -1 to 1, evenly spread. The same seed gives the same noise.
 *
 * @param seed Any whole number.
 * @see {@link https://www.jstatsoft.org/article/view/v008i14 | Marsaglia 2003}: xorshift of 32 bits, with the shifts 13, 17 and 5.
 */
export const whiteNoise = (seed: number): (() => number) => {
  // The one state that xorshift never leaves is 0; a neighbouring seed must not sound like a neighbour.
  let state = Math.imul(seed + 1, 0x9e3779b1) | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state / 0x80000000;
  };
};
