import { defer, finalize, map, type Observable, Subject } from 'rxjs';
import { type AudioFrame, durationOf, endOf, type Millis, samplesIn } from '../src/audio.js';
import { clock } from '../src/clock.js';
import { createDriftMeter } from '../src/drift-meter.js';
import { AudioError } from '../src/errors.js';
import type { AudioDeviceEvent } from '../src/events.js';
import { keepOpen } from '../src/keep-open.js';
import { watchdog } from '../src/watchdog.js';

/** A microphone that may be lost. */
export interface AudioSource {
  /** Its name, for events. */
  readonly device: string;
  /** Subscribing opens it, unsubscribing closes it. Errors with `AudioError` when it is lost or cannot be had. */
  readonly frame$: Observable<AudioFrame>;
}

/** Settings of `survivingSource`. */
export interface SurvivingSourceConfig {
  /**
   * Silence after which a device counts as lost, in milliseconds; noticed up to 100 ms later. At least two frames long.
   * @default 1000
   */
  readonly silentMs?: Millis;
  /**
   * How long to try after a loss, in milliseconds; 0 for not at all.
   * @default 60000
   */
  readonly giveUpMs?: Millis;
}

/** A microphone, and what becomes of it. */
export interface Microphone extends Observable<AudioFrame> {
  /** Of whoever records with it; completes when nobody does any more. */
  readonly events$: Observable<AudioDeviceEvent>;
}

/** A sound server may take seconds to wake a device. */
const firstMs: Millis = 5000;

/**
 * A microphone that is opened again when it is lost: the same device, then the others in their order, at once and then every 200 ms to 2 s.
 *
 * Subscribing opens the first. `position` goes on: what was lost is a jump, as long as the time without frames. `events$` tells
 * `audio.device_lost` and `audio.device_restored`, and `audio.drift` when a device gives more or less audio than time passes, measured over 10 s.
 * Completes when the open device does.
 *
 * @param devices In the order in which they are tried.
 * @throws RangeError on call, when a time is negative.
 * @throws AudioError in-stream: that of the first device when it cannot be opened, however many there are; that of the loss
 * when none was to be had for `giveUpMs`.
 */
export function survivingSource(
  [first, ...others]: readonly [AudioSource, ...AudioSource[]],
  { silentMs = 1000, giveUpMs = 60_000 }: SurvivingSourceConfig = {},
): Microphone {
  if (!(silentMs >= 0 && giveUpMs >= 0)) {
    throw new RangeError(`survivingSource: silentMs and giveUpMs must be >= 0, got ${silentMs} and ${giveUpMs}`);
  }
  let told = new Subject<AudioDeviceEvent>();
  let recorders = 0;
  const lost = (): AudioError =>
    new AudioError('the microphone delivers nothing; was it unplugged?', { code: 'device_lost', retryable: true });

  const frame$ = defer(() => {
    recorders += 1;
    let last: { readonly at: Millis; readonly end: number } | undefined;
    let gapMs: Millis = 0;

    const record = ({ device, frame$: raw$ }: AudioSource) =>
      defer(() => {
        const drift = createDriftMeter();
        let offset: number | undefined;
        const place = (frame: AudioFrame): AudioFrame => {
          const { samples, sampleRate } = frame;
          const at = clock.now();
          if (offset === undefined) {
            const missing = last ? Math.max(0, samplesIn(at - last.at, sampleRate) - samples.length) : 0;
            gapMs = durationOf(missing, sampleRate);
            offset = last ? last.end + missing - frame.position : 0;
          }
          const placed = offset === 0 ? frame : { ...frame, position: frame.position + offset };
          last = { at, end: endOf(placed) };
          const ratio = drift(at, durationOf(last.end, sampleRate));
          if (ratio !== undefined) told.next({ type: 'audio.drift', device, direction: 'input', ratio });
          return placed;
        };
        return raw$.pipe(watchdog({ firstMs, ms: silentMs, lost }), map(place));
      });
    const wayOf = (source: AudioSource) => ({ device: source.device, open$: record(source) });

    return keepOpen([wayOf(first), ...others.map(wayOf)], {
      giveUpMs,
      lost: (device, error) => told.next({ type: 'audio.device_lost', device, direction: 'input', error }),
      restored: (device) => told.next({ type: 'audio.device_restored', device, direction: 'input', gapMs }),
    });
  });
  const leave = (): void => {
    recorders -= 1;
    if (recorders > 0) return;
    const over = told;
    told = new Subject();
    over.complete();
  };
  return Object.assign(frame$.pipe(finalize(leave)), { events$: defer(() => told) });
}
