/** A symmetric filter whose response changes from time to time, without a click. */
export interface FadingFilter {
  /** To be filled before `fade`: half of the response, from its middle outwards. */
  readonly next: Float64Array;
  /** Goes over to `next` within the samples that follow. */
  fade(): void;
  /** Takes the samples `from` to before `to`, and gives as many at the same place of `out`: what was taken `reach` samples before. */
  filter(samples: Float64Array, from: number, to: number, out: Float64Array): void;
}

/** What to make. */
export interface FadingFilterConfig {
  /** Samples of the response on either side of its middle; the delay. */
  readonly reach: number;
  /** In how many samples one response goes over into another, a multiple of four. */
  readonly fadeLength: number;
  /** How many samples are taken at once at the most. */
  readonly most: number;
}

/** Makes a filter that changes nothing to begin with. Four samples at a time share a response: four sums that do not wait for each other take half the time. */
export const createFadingFilter = ({ reach, fadeLength, most }: FadingFilterConfig): FadingFilter => {
  const steps = fadeLength / 4;
  const heard = new Float64Array(2 * reach + most);
  const response = new Float64Array(reach + 1);
  const next = new Float64Array(reach + 1);
  const difference = new Float64Array(reach + 1);
  let stepsLeft = 0;
  let ofFour = 0;
  response[0] = 1;

  const step = (): void => {
    stepsLeft -= 1;
    if (stepsLeft === 0) response.set(next);
    else for (let j = 0; j <= reach; j++) response[j] = (response[j] as number) + (difference[j] as number);
  };
  const one = (at: number): number => {
    let sum = (response[0] as number) * (heard[at] as number);
    for (let j = 1; j <= reach; j++) sum += (response[j] as number) * ((heard[at - j] as number) + (heard[at + j] as number));
    return sum;
  };
  const four = (at: number, out: Float64Array, to: number): void => {
    const middle = response[0] as number;
    let a = middle * (heard[at] as number);
    let b = middle * (heard[at + 1] as number);
    let c = middle * (heard[at + 2] as number);
    let d = middle * (heard[at + 3] as number);
    for (let j = 1; j <= reach; j++) {
      const tap = response[j] as number;
      const before = at - j;
      const after = at + j;
      a += tap * ((heard[before] as number) + (heard[after] as number));
      b += tap * ((heard[before + 1] as number) + (heard[after + 1] as number));
      c += tap * ((heard[before + 2] as number) + (heard[after + 2] as number));
      d += tap * ((heard[before + 3] as number) + (heard[after + 3] as number));
    }
    out[to] = a;
    out[to + 1] = b;
    out[to + 2] = c;
    out[to + 3] = d;
  };

  return {
    next,
    fade() {
      stepsLeft = steps;
      for (let j = 0; j <= reach; j++) difference[j] = ((next[j] as number) - (response[j] as number)) / steps;
    },
    filter(samples, from, to, out) {
      const length = to - from;
      for (let i = 0; i < length; i++) heard[2 * reach + i] = samples[from + i] as number;
      for (let i = 0; i < length; ) {
        if (ofFour === 0 && stepsLeft > 0) step();
        if (ofFour === 0 && i + 4 <= length) {
          four(reach + i, out, from + i);
          i += 4;
          continue;
        }
        out[from + i] = one(reach + i);
        ofFour = (ofFour + 1) % 4;
        i += 1;
      }
      heard.copyWithin(0, length, length + 2 * reach);
    },
  };
};
