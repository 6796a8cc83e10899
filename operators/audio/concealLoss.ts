import type { OperatorFunction } from 'rxjs';
import { type AudioFrame, endOf, type Millis, samplesIn } from '../../src/audio.js';
import { type LossConcealer, lossConcealer } from '../../src/dsp/network/loss-concealer.js';
import { transform } from '../../src/transform.js';

/** Which holes are filled. */
export interface ConcealLossConfig {
  /**
   * The longest hole that is filled, in milliseconds, above 0; a longer one stays a jump.
   * @default 200
   */
  readonly mostMs?: Millis;
}

/**
 * Fills holes: where `position` jumps ahead, the sound before goes on, fades within 60 ms to noise as loud as the background was, and is blended with
 * what comes after.
 *
 * Emits each frame at once, and ahead of one that comes after a hole a frame of the hole's length. A hole that is too long, a jump back and a change
 * of rate stay as they are. A hole is seen when it is over: where frames have to come in time, packets want `networkJitter`. Completes and errors with
 * its source.
 *
 * @throws RangeError on call, when `mostMs` is not above 0.
 */
export function concealLoss<Frame extends AudioFrame>({
  mostMs = 200,
}: ConcealLossConfig = {}): OperatorFunction<Frame, Frame | AudioFrame> {
  if (!(mostMs > 0)) throw new RangeError(`concealLoss: mostMs must be above 0, got ${mostMs}`);
  return transform<Frame, Frame | AudioFrame>(() => {
    let concealer: LossConcealer | undefined;
    let rate = 0;
    let next = 0;
    return {
      next(frame, emit) {
        const { sampleRate, position } = frame;
        if (sampleRate !== rate) concealer = undefined;
        concealer ??= lossConcealer(sampleRate);
        const hole = sampleRate === rate ? position - next : 0;
        rate = sampleRate;
        if (hole < 0 || hole > samplesIn(mostMs, sampleRate)) concealer.reset();
        else if (hole > 0) emit({ samples: concealer.lost(hole), sampleRate, position: next });
        next = endOf(frame);
        const samples = concealer.heard(frame.samples);
        emit(samples === frame.samples ? frame : { ...frame, samples });
      },
    };
  });
}
