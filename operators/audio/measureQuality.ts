import { defer, EMPTY, type Observable, type OperatorFunction, tap } from 'rxjs';
import { type AudioFrame, durationOf, endOf, type Millis } from '../../src/audio.js';
import { qualityMeter } from '../../src/dsp/quality/quality-meter.js';
import { type AudioNetwork, type AudioQuality, isFrame, type VoiceEvent } from '../../src/events.js';
import { transform } from '../../src/transform.js';
import { besides } from './besides.js';

/** What to measure, and how often to tell. */
export interface MeasureQualityConfig {
  /**
   * How much audio lies between two reports, in milliseconds, 100 or more.
   * @default 1000
   */
  readonly everyMs?: Millis;
  /**
   * What becomes of less than `everyMs` when the source completes: a last report, or none.
   * @default 'drop'
   */
  readonly tail?: 'report' | 'drop';
  /**
   * What the other side hears, as it is played: what may come back as an echo. Its end and its error mean nothing.
   * @default none: `echoLikelihood` is 0
   */
  readonly reference$?: Observable<AudioFrame>;
  /**
   * What becomes of the packets, see `networkEvents`; of its events only `audio.network` counts. Its end and its error mean nothing.
   * @default none: `lossPercent` is 0
   */
  readonly network$?: Observable<AudioNetwork | VoiceEvent>;
}

/**
 * Measures how well a voice comes in: level, peak, clipping, noise, speech, echo, loss, and a score of it all.
 *
 * Emits what comes, at once and unchanged, and `audio.quality` behind the frame that completes `everyMs` of audio, in media time. Frames that have gone
 * through `vad` say themselves what is speech; others are told by their level. Events among the frames pass. Completes and errors with its source;
 * the two other streams are subscribed before it and left with it.
 *
 * @throws RangeError on call, when `everyMs` is less than 100.
 */
export function measureQuality<Entry extends AudioFrame | VoiceEvent>({
  everyMs = 1000,
  tail = 'drop',
  reference$ = EMPTY,
  network$ = EMPTY,
}: MeasureQualityConfig = {}): OperatorFunction<Entry, Entry | AudioQuality> {
  if (!(everyMs >= 100)) throw new RangeError(`measureQuality: everyMs must be 100 or more, got ${everyMs}`);

  return (source) =>
    defer(() => {
      const meter = qualityMeter();
      let measuredMs = 0;
      let dueMs = everyMs;
      let toldMs = 0;
      let position = 0;
      const told = (): AudioQuality => {
        toldMs = measuredMs;
        return { type: 'audio.quality', ...meter.report(), position, atMs: measuredMs };
      };

      const measured = transform<Entry, Entry | AudioQuality>(() => ({
        next(entry, emit) {
          emit(entry);
          if (!isFrame<AudioFrame>(entry)) return;
          meter.hear(entry);
          position = endOf(entry);
          measuredMs += durationOf(entry.samples.length, entry.sampleRate);
          if (measuredMs < dueMs) return;
          dueMs = measuredMs - ((measuredMs - dueMs) % everyMs) + everyMs;
          emit(told());
        },
        flush(emit) {
          if (tail === 'report' && measuredMs > toldMs) emit(told());
        },
      }));
      return source.pipe(
        measured,
        besides(
          reference$.pipe(tap((frame) => meter.reference(frame))),
          network$.pipe(tap((event) => event.type === 'audio.network' && meter.loss(event.lossPercent))),
        ),
      );
    });
}
