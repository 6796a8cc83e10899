import type { Millis } from './audio.js';

/** When a figure is worth a word: below a limit, above one, or as a function says. */
export type Limit = { readonly below: number } | { readonly above: number } | ((value: number) => boolean);

/** How long and how far a condition must cease to hold before it can be told again. */
export interface EdgeTriggerConfig {
  /** When it holds. */
  readonly when: Limit;
  /**
   * How far the figure must be back beyond the limit, in its own unit, 0 or more; means nothing to a function.
   * @default a tenth of the limit; below a limit from 0 to 1 no more than half of the way to 1, where most figures end
   */
  readonly band?: number;
  /**
   * How long it must be back without a break, in milliseconds, 0 or more.
   * @default 2000
   */
  readonly clearMs?: Millis;
}

/** Throws RangeError unless the band and the time are numbers from 0 up. */
export const assertEdgeTrigger = ({ band, clearMs }: EdgeTriggerConfig): void => {
  if (band !== undefined && !(band >= 0)) throw new RangeError(`monitor: band must be 0 or more, got ${band}`);
  if (clearMs !== undefined && !(clearMs >= 0)) throw new RangeError(`monitor: clearMs must be 0 or more, got ${clearMs}`);
};

/**
 * A fold that says when a condition begins to hold. It does so again only after the figure was back beyond limit and band for `clearMs`.
 *
 * @returns To be told the figure and its time, in order; an undefined figure says nothing about anything.
 */
export const edgeTrigger = ({
  when,
  band,
  clearMs = 2000,
}: EdgeTriggerConfig): ((value: number | undefined, atMs: Millis) => boolean) => {
  const holds = limitOf(when);
  const isBack = backBeyond(when, band);
  let isArmed = true;
  let backSince: Millis | undefined;

  return (value, atMs) => {
    if (value === undefined) return false;
    if (isArmed) {
      isArmed = !holds(value);
      backSince = undefined;
      return !isArmed;
    }
    if (!isBack(value)) backSince = undefined;
    else {
      backSince ??= atMs;
      isArmed = atMs - backSince >= clearMs;
    }
    return false;
  };
};

const limitOf = (when: Limit): ((value: number) => boolean) => {
  if (typeof when === 'function') return when;
  return 'below' in when ? (value) => value < when.below : (value) => value > when.above;
};

const backBeyond = (when: Limit, band: number | undefined): ((value: number) => boolean) => {
  if (typeof when === 'function') return (value) => !when(value);
  const limit = 'below' in when ? when.below : when.above;
  const by = band ?? usualBand(when);
  return 'below' in when ? (value) => value >= limit + by : (value) => value <= limit - by;
};

const usualBand = (when: Exclude<Limit, (value: number) => boolean>): number => {
  if ('above' in when) return Math.abs(when.above) / 10;
  const { below } = when;
  return below > 0 && below < 1 ? Math.min(below / 10, (1 - below) / 2) : Math.abs(below) / 10;
};
