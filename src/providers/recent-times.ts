import type { Millis } from '../audio.js';

/** Adds `now` to times, and leaves out those that are `withinMs` old or older. */
export const recentTimes = (times: readonly Millis[], now: Millis, withinMs: Millis): readonly Millis[] => [
  ...times.filter((at) => now - at < withinMs),
  now,
];
