/**
 * The nearest whole number of one from -32768 to 32767. Faster than `Math.round`: what is added makes it positive, where `| 0` rounds down.
 */
export const nearest = (value: number): number => ((value + 32_768.5) | 0) - 32_768;

/** The nearest sample that PCM16 has: held at the ends of its range. */
export const rounded = (value: number): number => {
  if (value > 32_767) return 32_767;
  return value < -32_768 ? -32_768 : nearest(value);
};
