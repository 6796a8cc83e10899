import { concatMap, defer, type OperatorFunction } from 'rxjs';
import type { AudioFrame } from '../../src/audio.js';
import type { QualityMetric } from '../../src/dsp/quality-metrics.js';
import { assertEdgeTrigger, type EdgeTriggerConfig, edgeTrigger } from '../../src/edge-trigger.js';
import { type AudioAlert, type AudioQuality, isFrame, type VoiceEvent } from '../../src/events.js';

/** What to watch for, and what to do then. */
export interface Watch extends EdgeTriggerConfig {
  /** Which figure; `voiceQuality` is `score`. */
  readonly metric: QualityMetric | 'voiceQuality';
  /** Called when the condition begins to hold. What it throws is told in `error` of the alert; what a promise of it rejects with is ignored. */
  readonly then?: (alert: AudioAlert, quality: AudioQuality) => unknown;
}

/** What to watch for. */
export interface MonitorConfig {
  readonly on: Watch | readonly Watch[];
}

/**
 * Watches the figures of `measureQuality`, which stands before it: says `audio.alert` once when a condition begins to hold, and calls `then`.
 *
 * The same is told again only after the figure was back, `band` beyond the limit, for `clearMs` of media time. Emits what comes, at once, and alerts
 * behind the report that they are about, in the order of `on`. Completes and errors with its source.
 *
 * @throws RangeError on call, when `band` or `clearMs` is negative.
 */
export function monitor<Entry extends AudioFrame | VoiceEvent>({
  on,
}: MonitorConfig): OperatorFunction<Entry, Entry | AudioAlert> {
  const watches = 'metric' in on ? [on] : on;
  watches.forEach(assertEdgeTrigger);

  return (source) =>
    defer(() => {
      const armed = watches.map((watch) => ({ watch, isNew: edgeTrigger(watch) }));
      return source.pipe(
        concatMap((entry): readonly (Entry | AudioAlert)[] => {
          const quality: AudioFrame | VoiceEvent = entry;
          if (isFrame(quality) || quality.type !== 'audio.quality') return [entry];
          const alerts = armed.flatMap(({ watch, isNew }) => {
            const metric = watch.metric === 'voiceQuality' ? 'score' : watch.metric;
            const value = quality[metric];
            return isNew(value, quality.atMs) && value !== undefined ? [told(watch, metric, value, quality)] : [];
          });
          return [entry, ...alerts];
        }),
      );
    });
}

const told = ({ then }: Watch, metric: QualityMetric, value: number, quality: AudioQuality): AudioAlert => {
  const alert: AudioAlert = { type: 'audio.alert', metric, value, atMs: quality.atMs };
  try {
    const result = then?.(alert, quality);
    // Too late to be told.
    if (result instanceof Promise) result.catch(() => undefined);
    return alert;
  } catch (error) {
    return { ...alert, error };
  }
};
