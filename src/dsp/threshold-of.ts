/**
 * Turns a sensitivity into a threshold, for the level or for a model: 0 hears only what is loud and clear, 1 all that may be speech, and 0.5 is
 * what the two have by default.
 *
 * | sensitivity | `energy` (RMS) | `neural` (probability) |
 * | ----------- | -------------- | ---------------------- |
 * | 0           | 0.1 (-20 dB)   | 0.9                    |
 * | 0.25        | 0.045 (-27 dB) | 0.7                    |
 * | 0.5         | 0.02 (-34 dB)  | 0.5                    |
 * | 0.75        | 0.009 (-41 dB) | 0.3                    |
 * | 1           | 0.004 (-48 dB) | 0.1                    |
 *
 * @param sensitivity 0 to 1.
 * @param of Whose threshold. `energy` when left out.
 * @throws RangeError when the sensitivity is outside 0 to 1.
 */
export const thresholdOf = (sensitivity: number, of: 'energy' | 'neural' = 'energy'): number => {
  if (!(sensitivity >= 0 && sensitivity <= 1)) throw new RangeError(`vad: sensitivity must be 0 to 1, got ${sensitivity}`);
  return of === 'energy' ? 0.02 * 5 ** (1 - 2 * sensitivity) : (9 - 8 * sensitivity) / 10;
};
