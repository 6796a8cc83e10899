/** Sum of squares of samples from one index to before another. */
export const powerOf = (samples: Float64Array, from = 0, to = samples.length): number => {
  let sum = 0;
  for (let i = from; i < to; i++) sum += (samples[i] as number) ** 2;
  return sum;
};
