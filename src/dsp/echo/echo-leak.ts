/** How much of an echo a filter leaves, band by band. */
export interface EchoLeak {
  /** Of each bin the share of the echo's power that was left of it of late: 0.002 to 1. */
  readonly shares: Float64Array;
  /** Takes the power of what is left, and of the echo that was taken away. */
  learn(left: Float64Array, echo: Float64Array): void;
}

const least = 0.002;
const most = 1;
const bandBins = 16;
/** How fast mean powers and shares are followed, a block. */
const speed = 0.05;

/**
 * Makes a regression: what rises and falls with the echo is thought to be of it, whatever else sounds.
 *
 * @see Valin, "On adjusting the learning rate in frequency domain echo cancellation with double-talk", IEEE TASLP 15 (2007).
 */
export const createEchoLeak = (bins: number): EchoLeak => {
  const bands = Math.ceil(bins / bandBins);
  const shares = new Float64Array(bins).fill(least);
  const meanLeft = new Float64Array(bins);
  const meanEcho = new Float64Array(bins);
  const together = new Float64Array(bands);
  const alone = new Float64Array(bands);

  const learnBand = (band: number, left: Float64Array, echo: Float64Array): void => {
    const end = Math.min(bins, (band + 1) * bandBins);
    let cross = 0;
    let square = 0;
    let allLeft = 1;
    let allEcho = 0;
    for (let k = band * bandBins; k < end; k++) {
      const differenceLeft = (left[k] as number) - (meanLeft[k] as number);
      const differenceEcho = (echo[k] as number) - (meanEcho[k] as number);
      cross += differenceLeft * differenceEcho;
      square += differenceEcho * differenceEcho;
      allLeft += left[k] as number;
      allEcho += echo[k] as number;
      meanLeft[k] = (meanLeft[k] as number) + speed * differenceLeft;
      meanEcho[k] = (meanEcho[k] as number) + speed * differenceEcho;
    }
    // Little is to be learned while others are louder than the echo.
    const step = Math.min(speed, (0.2 * allEcho) / allLeft);
    const scale = Math.sqrt(square) + 1;
    together[band] = Math.max(0, (1 - step) * (together[band] as number) + (step * cross) / scale);
    alone[band] = (1 - step) * (alone[band] as number) + step * scale;
    const share = (together[band] as number) / ((alone[band] as number) + 1e-9);
    shares.fill(Math.min(most, Math.max(least, share)), band * bandBins, end);
  };

  return {
    shares,
    learn(left, echo) {
      for (let band = 0; band < bands; band++) learnBand(band, left, echo);
    },
  };
};
