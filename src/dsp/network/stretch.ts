/**
 * As many samples as are wanted of a piece that has a few more or less: resampled by cubic interpolation, its first sample kept, so that pieces join.
 *
 * @param before The sample ahead of the piece.
 * @returns The piece itself, where it has as many.
 */
export const stretch = (samples: Int16Array, count: number, before: number): Int16Array => {
  if (samples.length === count) return samples;
  const stretched = new Int16Array(count);
  const { length } = samples;
  const ratio = length / count;
  // what lies behind the piece goes on as its end does
  const after = 2 * (samples[length - 1] ?? 0) - (samples[length - 2] ?? 0);
  const valueAt = (at: number): number => (at < 0 ? before : at < length ? (samples[at] as number) : after);
  for (let at = 0; at < count; at++) {
    const whole = Math.floor(at * ratio);
    const part = at * ratio - whole;
    const [a, b, c, d] = [valueAt(whole - 1), valueAt(whole), valueAt(whole + 1), valueAt(whole + 2)];
    const curve = b + 0.5 * part * (c - a + part * (2 * a - 5 * b + 4 * c - d + part * (3 * (b - c) + d - a)));
    stretched[at] = Math.max(-32_768, Math.min(32_767, Math.round(curve)));
  }
  return stretched;
};
