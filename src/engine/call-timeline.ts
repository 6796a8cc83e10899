import { type AudioFrame, durationOf, endOf, type Millis, type SampleIndex, samplesIn } from '../audio.js';
import { clock } from '../clock.js';

/** The one time line on which both sides of a call are put: 0 is the moment in which it was made. */
export interface CallTimeline {
  /** Keeps time by the user's audio, as it comes from the microphone, ahead of anything that may hold it. */
  captured(frame: AudioFrame): void;
  /** The same audio, at its place on the time line. */
  place(frame: AudioFrame): AudioFrame;
  /** The present moment; never goes back. */
  now(): Millis;
  /** Time since it was made, by the clock. */
  elapsed(): Millis;
}

/** Audio from `first` on is moved by `by`, in samples of its rate. */
interface Shift {
  readonly first: SampleIndex;
  readonly by: number;
}

/** Audio that comes so much later than it should was not late: its source stood still, or began anew. */
const pauseMs: Millis = 1000;
/** Lateness is the least of this long: frames may be late, and never early. */
const windowMs: Millis = 500;
/** Lanes hold audio for a second at the most, so that no older ones are asked for. */
const rememberedShifts = 4;

/**
 * A time line that goes by media time: sample `n` of an unbroken stream stands `n` samples after its first, and the moment is told by how much audio
 * has come, so that a microphone that gives more or less audio than time passes stays in step with what the loudspeaker did meanwhile. Between and
 * without frames it goes on by `clock`.
 */
export const createCallTimeline = (): CallTimeline => {
  const startedAt = clock.now();
  let shifts: readonly Shift[] = [];
  /** Where the next frame begins, by its own count and on the time line. */
  let next: SampleIndex | undefined;
  let nextPlace: SampleIndex = 0;
  /** How far the time line is behind the clock: the least of the present window and of the one before. */
  let late: Millis = 0;
  let lateBefore: Millis = 0;
  let windowEndsAt = startedAt + windowMs;
  let latest: Millis = 0;

  const lag = (): Millis => Math.min(late, lateBefore);
  const elapsed = (): Millis => clock.now() - startedAt;
  /** From here on the audio's end is the present. */
  const rebase = (frame: AudioFrame): void => {
    const { position, samples, sampleRate } = frame;
    const by = Math.max(nextPlace, samplesIn(elapsed() - lag(), sampleRate) - samples.length) - position;
    shifts = [...shifts, { first: position, by }].slice(-rememberedShifts);
  };
  const shiftOf = (position: SampleIndex): number =>
    (shifts.findLast(({ first }) => first <= position) ?? shifts.at(-1) ?? { by: 0 }).by;
  const latenessOf = (frame: AudioFrame): Millis =>
    elapsed() - durationOf(endOf(frame) + shiftOf(frame.position), frame.sampleRate);

  return {
    captured(frame) {
      const isNew = next === undefined || frame.position < next;
      if (isNew || latenessOf(frame) - lag() > pauseMs) rebase(frame);
      next = endOf(frame);
      nextPlace = next + shiftOf(frame.position);
      const lateness = latenessOf(frame);
      if (clock.now() >= windowEndsAt) {
        lateBefore = late;
        late = lateness;
        windowEndsAt = clock.now() + windowMs;
      } else late = Math.min(late, lateness);
    },
    place: (frame) => ({ ...frame, position: Math.max(0, frame.position + shiftOf(frame.position)) }),
    now() {
      latest = Math.max(latest, elapsed() - lag());
      return latest;
    },
    elapsed,
  };
};
