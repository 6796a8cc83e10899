/** Throws RangeError unless each value is within its limits; the most is Infinity where it is not said. */
export const checkRanges = (
  who: string,
  ranges: Readonly<Record<string, readonly [value: number, least: number, most?: number]>>,
): void => {
  for (const [name, [value, least, most = Number.POSITIVE_INFINITY]] of Object.entries(ranges)) {
    if (!(value >= least && value <= most)) throw new RangeError(`${who}: ${name} must be ${least} to ${most}, got ${value}`);
  }
};
