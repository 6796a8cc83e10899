/** The nearest sample that PCM16 has: rounded, and held at the ends of its range. */
export const rounded = (value: number): number => {
  // Faster than Math.round, and right where the value is not far out of range: what is added makes it positive, where `| 0` rounds down.
  if (value > 32_767) return 32_767;
  return value < -32_768 ? -32_768 : ((value + 32_768.5) | 0) - 32_768;
};
