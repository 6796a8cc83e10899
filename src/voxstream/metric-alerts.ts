import type { Millis } from '../audio.js';

/**
 * When a metric is worth a call: a bound, or a function of the value. A bound holds again only after the value was beyond it by `hysteresis`, a tenth of the bound
 * unless said otherwise; a function, after it has not held for a second of audio.
 */
export type MetricCondition =
  | ((value: number) => boolean)
  | { readonly above: number; readonly hysteresis?: number }
  | { readonly below: number; readonly hysteresis?: number };

/** A fold that says when a condition begins to hold. */
export type Edge = (value: number, ms: Millis) => boolean;

const calmMs: Millis = 1000;

/** Throws RangeError unless the condition is one. */
export function edgeOf(when: MetricCondition): Edge {
  const { holds, isCalm } = typeof when === 'function' ? byFunction(when) : byBound(when);
  let isHolding = false;
  return (value, ms) => {
    if (isHolding) {
      isHolding = !isCalm(value, ms);
      return false;
    }
    isHolding = holds(value);
    return isHolding;
  };
}

interface Condition {
  readonly holds: (value: number) => boolean;
  readonly isCalm: (value: number, ms: Millis) => boolean;
}

const byFunction = (holds: (value: number) => boolean): Condition => {
  let quietMs = 0;
  return {
    holds,
    isCalm: (value, ms) => {
      quietMs = holds(value) ? 0 : quietMs + ms;
      if (quietMs < calmMs) return false;
      quietMs = 0;
      return true;
    },
  };
};

const byBound = (when: Exclude<MetricCondition, (value: number) => boolean>): Condition => {
  const { above, below, hysteresis = Math.abs(above ?? below ?? 0) / 10 } = { above: undefined, below: undefined, ...when };
  const bound = above ?? below;
  if (typeof bound !== 'number' || Number.isNaN(bound))
    throw new RangeError('onMetric: when must be a function, { above: number } or { below: number }');
  if (!(hysteresis >= 0)) throw new RangeError(`onMetric: hysteresis must be 0 or more, got ${hysteresis}`);
  return above !== undefined
    ? { holds: (value) => value > bound, isCalm: (value) => value < bound - hysteresis }
    : { holds: (value) => value < bound, isCalm: (value) => value > bound + hysteresis };
};
