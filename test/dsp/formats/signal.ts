/** A tone, 10,000 high. */
export const sine = (hz: number, sampleRate: number, length: number): Int16Array =>
  Int16Array.from({ length }, (_, i) => Math.round(10_000 * Math.sin((2 * Math.PI * hz * i) / sampleRate)));

/** Decibels between a signal and what differs from it; both ends, of a twentieth each, are left out. */
export const snrDb = (actual: ArrayLike<number>, wanted: ArrayLike<number>): number => {
  const margin = Math.floor(wanted.length / 20);
  let signal = 0;
  let noise = 0;
  for (let i = margin; i < wanted.length - margin; i++) {
    signal += (wanted[i] ?? 0) ** 2;
    noise += ((actual[i] ?? 0) - (wanted[i] ?? 0)) ** 2;
  }
  return 10 * Math.log10(signal / noise);
};

/** How alike two signals are, sample by sample: 1 when they are the same but for loudness. */
export const correlation = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [x, y] = [a[i] ?? 0, b[i] ?? 0];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return ab / Math.sqrt(aa * bb);
};

/** By how many samples `actual` is late against `wanted`, up to 100, and how alike they are then; the ends are left out. */
export const alignment = (actual: Int16Array, wanted: Int16Array): { readonly lag: number; readonly correlation: number } => {
  const middle = actual.subarray(200, -200);
  let best = { lag: 0, correlation: -2 };
  for (let lag = -100; lag <= 100; lag++) {
    const found = correlation(middle, wanted.subarray(200 - lag, 200 - lag + middle.length));
    if (found > best.correlation) best = { lag, correlation: found };
  }
  return best;
};
