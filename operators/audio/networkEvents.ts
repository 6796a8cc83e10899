import type { OperatorFunction } from 'rxjs';
import { durationOf, type Millis } from '../../src/audio.js';
import type { AudioNetwork } from '../../src/events.js';
import { transform } from '../../src/transform.js';
import type { ReceivedFrame } from './networkJitter.js';

/** How often to tell. */
export interface NetworkEventsConfig {
  /**
   * How much audio lies between two reports, in milliseconds, above 0.
   * @default 1000
   */
  readonly everyMs?: Millis;
}

/**
 * Tells how a network delivers, once in `everyMs` of the audio of `networkJitter`: `audio.network`, for `measureQuality({ network$ })`, or for an
 * application that listens. Completes and errors with its source.
 *
 * @throws RangeError on call, when `everyMs` is not above 0.
 */
export function networkEvents({ everyMs = 1000 }: NetworkEventsConfig = {}): OperatorFunction<ReceivedFrame, AudioNetwork> {
  if (!(everyMs > 0)) throw new RangeError(`networkEvents: everyMs must be above 0, got ${everyMs}`);
  return transform<ReceivedFrame, AudioNetwork>(() => {
    let heardMs = 0;
    let lostBefore = 0;
    let receivedBefore = 0;
    return {
      next({ samples, sampleRate, network }, emit) {
        heardMs += durationOf(samples.length, sampleRate);
        if (heardMs < everyMs) return;
        heardMs %= everyMs;
        const lost = network.lost - lostBefore;
        const heard = network.received - network.late - network.duplicates - receivedBefore;
        lostBefore = network.lost;
        receivedBefore += heard;
        // what has not arrived is known to be lost when a later one is played, of which it may be the report after
        emit({ type: 'audio.network', ...network, lossPercent: lost === 0 ? 0 : (100 * lost) / (lost + Math.max(0, heard)) });
      },
    };
  });
}
