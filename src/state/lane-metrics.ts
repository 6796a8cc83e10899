import type { Millis } from '../audio.js';
import type { VoiceEvent } from '../events.js';

/** How the lanes were used so far. */
export interface LaneMetrics {
  /** The active lane. */
  readonly lane: string;
  /** When the active lane was entered, in milliseconds of `clock`. */
  readonly since: Millis;
  /** Milliseconds in each lane, up to the last switch. */
  readonly lanesMs: Readonly<Record<string, Millis>>;
  readonly switches: number;
  readonly failures: number;
  /** Switches by the reason of the decision. */
  readonly reasons: Readonly<Record<string, number>>;
  /** From a decision to its switch; undefined before the first. */
  readonly decisionToSwitch:
    | { readonly lastMs: Millis; readonly meanMs: Millis; readonly maxMs: Millis; readonly count: number }
    | undefined;
}

/** The metrics of a conversation that begins at `now`, in milliseconds of `clock`, in the lane of this name. */
export const initialLaneMetrics = (lane: string, now: Millis): LaneMetrics => ({
  lane,
  since: now,
  lanesMs: {},
  switches: 0,
  failures: 0,
  reasons: {},
  decisionToSwitch: undefined,
});

/** The metrics after an event at `now`, in milliseconds of `clock`; the same ones where it does not concern lanes. */
export const laneMetrics = (metrics: LaneMetrics, event: VoiceEvent, now: Millis): LaneMetrics => {
  if (event.type === 'lane.failed') return { ...metrics, failures: metrics.failures + 1 };
  if (event.type !== 'lane.switched') return metrics;
  const { to, reason, decidedAt } = event;
  return {
    ...metrics,
    lane: to,
    since: now,
    lanesMs: timesOf(metrics, now),
    switches: metrics.switches + 1,
    reasons: { ...metrics.reasons, [reason]: (metrics.reasons[reason] ?? 0) + 1 },
    decisionToSwitch: decidedAt === undefined ? metrics.decisionToSwitch : latency(metrics.decisionToSwitch, now - decidedAt),
  };
};

/** What a lane had of the conversation. */
export interface LaneShare {
  readonly ms: Millis;
  /** 0 to 1; of no time at all nobody has a share. */
  readonly share: number;
}

/** Time and share of each lane up to `now`, in milliseconds of `clock`. */
export const laneShares = (metrics: LaneMetrics, now: Millis): Readonly<Record<string, LaneShare>> => {
  const times = Object.entries(timesOf(metrics, now));
  const total = times.reduce((sum, [, ms]) => sum + ms, 0);
  return Object.fromEntries(times.map(([lane, ms]) => [lane, { ms, share: total > 0 ? ms / total : 0 }]));
};

const timesOf = ({ lane, since, lanesMs }: LaneMetrics, now: Millis): Readonly<Record<string, Millis>> => ({
  ...lanesMs,
  [lane]: (lanesMs[lane] ?? 0) + now - since,
});

const latency = (before: LaneMetrics['decisionToSwitch'], lastMs: Millis): LaneMetrics['decisionToSwitch'] => {
  const { meanMs, maxMs, count } = before ?? { meanMs: 0, maxMs: 0, count: 0 };
  return { lastMs, meanMs: meanMs + (lastMs - meanMs) / (count + 1), maxMs: Math.max(maxMs, lastMs), count: count + 1 };
};
