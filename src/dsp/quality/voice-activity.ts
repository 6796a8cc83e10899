/** What of the sound is voice, and what is behind it. */
export interface VoiceOverNoise {
  /** Mean square of the voice while it sounds, the noise taken off; 0 where nothing stands out. */
  readonly voice: number;
  /** Mean square of the noise. */
  readonly noise: number;
}

/** Memory for the work, each as long as there are blocks. */
export interface VoiceWork {
  readonly sorted: Float64Array;
  readonly smooth: Float64Array;
  /** 1 where there is voice. */
  readonly active: Uint8Array;
}

/** Marks what stands `gate` times above the noise, and `hold` blocks after it. */
export const activityOver = (powers: Float64Array, noise: number, gate: number, hold: number, active: Uint8Array): void => {
  let held = 0;
  for (let at = 0; at < powers.length; at++) {
    if ((powers[at] as number) > noise * gate) held = hold + 1;
    active[at] = held > 0 ? 1 : 0;
    held--;
  }
};

/** Of the blocks that are so marked; 0 where there are none. */
export const meanWhere = (powers: Float64Array, active: Uint8Array, is: 0 | 1): readonly [mean: number, count: number] => {
  let sum = 0;
  let count = 0;
  for (let at = 0; at < powers.length; at++) {
    if (active[at] !== is) continue;
    sum += powers[at] as number;
    count++;
  }
  return [count === 0 ? 0 : sum / count, count];
};
