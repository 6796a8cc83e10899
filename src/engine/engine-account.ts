import { ignoreElements, tap } from 'rxjs';
import type { Millis } from '../audio.js';
import { clock } from '../clock.js';
import type { Epic } from '../epic.js';
import type { VoiceEvent } from '../events.js';
import type { SessionState } from '../state/session-state.js';
import { type CostEstimate, estimateCost } from './cost.js';
import {
  captured,
  engineMetrics,
  initialEngineMetrics,
  type Measured,
  type MetricsSummary,
  measured,
  metricsOf,
} from './engine-metrics.js';
import type { Prices } from './prices.js';
import { initialUsageReport, usageReport } from './usage-report.js';
import { type UsageSummary, usageOf } from './usage-summary.js';

/** What an engine has used and how fast it was, over all of its conversations. */
export interface EngineAccount {
  /** Told of each event when it is in the state. */
  happened(event: VoiceEvent, state: SessionState): void;
  /** A chunk of the microphone has come. */
  captured(): void;
  /** Something took so long. */
  measured(name: Measured, ms: Millis): void;
  metrics(state: SessionState): MetricsSummary;
  usage(): UsageSummary;
  cost(): CostEstimate;
}

export interface EngineAccountConfig {
  readonly prices: Prices | undefined;
  readonly fastLane: string;
  /** Silence in which the client's VAD sees that speech is over; 0 where it does not end turns. */
  readonly speechEndMs: Millis;
}

export const engineAccount = ({ prices, fastLane, speechEndMs }: EngineAccountConfig): EngineAccount => {
  let report = initialUsageReport;
  let metrics = initialEngineMetrics({ at: clock.now(), fastLane, speechEndMs });
  const usage = (): UsageSummary => usageOf(report);
  return {
    happened(event, state) {
      report = usageReport(report, event, state);
      metrics = engineMetrics(metrics, event, clock.now());
    },
    captured() {
      metrics = captured(metrics, clock.now());
    },
    measured(name, ms) {
      metrics = measured(metrics, name, ms);
    },
    metrics: (state) => metricsOf(metrics, state, clock.now()),
    usage,
    cost: () => estimateCost(usage(), prices),
  };
};

/** The epic that tells an account what happens; epics that go by the account, as a budget does, stand behind it. */
export const keepAccount =
  ({ happened }: EngineAccount): Epic =>
  (events$, state) =>
    events$.pipe(
      tap((event) => happened(event, state())),
      ignoreElements(),
    );
