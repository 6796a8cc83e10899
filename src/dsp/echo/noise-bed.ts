/** The power of the noise of a room, bin by bin, under whatever sounds in it. */
export interface NoiseBed {
  /** 0 until the first window is over. */
  readonly power: Float64Array;
  /** Takes the power of a block. */
  learn(power: Float64Array): void;
}

/** The least power within so many blocks is that of the noise: 1.5 s of 10 ms, and nobody speaks so long without a pause. */
const windowBlocks = 150;

/** Makes a bed out of least powers, which rises a window after the noise does. */
export const createNoiseBed = (bins: number): NoiseBed => {
  const bed = new Float64Array(bins);
  const smooth = new Float64Array(bins);
  const least = new Float64Array(bins).fill(Number.POSITIVE_INFINITY);
  let blocks = 0;

  return {
    power: bed,
    learn(power) {
      blocks += 1;
      const isOver = blocks % windowBlocks === 0;
      for (let k = 0; k < bins; k++) {
        const now = 0.8 * (smooth[k] as number) + 0.2 * (power[k] as number);
        smooth[k] = now;
        least[k] = Math.min(least[k] as number, now);
        bed[k] = isOver ? (least[k] as number) : Math.min(bed[k] as number, now);
        if (isOver) least[k] = now;
      }
    },
  };
};
