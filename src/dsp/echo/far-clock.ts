import { type AudioFrame, endOf, type Hertz, type SampleIndex, samplesIn } from '../../audio.js';

/** Says where a loudspeaker's samples stand among those of a microphone. */
export interface FarClock {
  /** Index, on the microphone's clock, at which a frame begins that comes now. */
  place(frame: AudioFrame, now: SampleIndex): number;
  /** By how many samples frames come later, by and by, than they are placed; the clocks of two devices drift. */
  lateness(): number;
}

/** Callbacks of devices come as unevenly as that. */
const jitterMs = 200;
/** Later or earlier by more is another beginning, whatever the positions say. */
const longestMs = 1000;
/** How long a frame may go on to come at another time before that is a beginning. */
const patienceMs = 1000;
/** Share of a frame in what is thought to be the usual lateness. */
const share = 0.05;

/**
 * A clock that goes by positions, not by arrivals, so that the jitter of callbacks does not matter. The first frame says where the two streams stand; a
 * frame that comes at quite another time than its position says, with a jump or for a second on end, says it anew: the device was opened again, or the
 * stream has left out silence.
 *
 * @param sampleRate Of both, when they come here.
 */
export const createFarClock = (sampleRate: Hertz): FarClock => {
  const jitter = samplesIn(jitterMs, sampleRate);
  const longest = samplesIn(longestMs, sampleRate);
  const patience = samplesIn(patienceMs, sampleRate);
  let base: number | undefined;
  let usual = 0;
  let next: SampleIndex = -1;
  let strangeSince: number | undefined;

  const begin = (offset: number): void => {
    base = offset;
    usual = 0;
    strangeSince = undefined;
  };

  return {
    place(frame, now) {
      const offset = now - frame.position;
      const isJump = frame.position !== next;
      next = endOf(frame);
      if (base === undefined) begin(offset);
      else {
        const late = offset - base;
        const isStrange = Math.abs(late - usual) > jitter;
        if (!isStrange) {
          strangeSince = undefined;
          usual += share * (late - usual);
        } else {
          strangeSince ??= now;
          if (isJump || Math.abs(late - usual) > longest || now - strangeSince > patience) begin(offset);
        }
      }
      return frame.position + (base ?? offset);
    },
    lateness: () => usual,
  };
};
