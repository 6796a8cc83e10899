import { durationOf, endOf, type Hertz, type Millis, type SampleIndex, type VoiceFrame } from './audio.js';
import { AudioError } from './errors.js';
import { isFrame, type VoiceEvent } from './events.js';

type Entry = VoiceFrame | VoiceEvent;

/** Which samples a lane was given and has not given back, and the events that stand among them. */
export interface LaneLedger {
  /** Whether the frame does not follow what came before: its position goes back, or its rate is another. */
  isBreak(frame: VoiceFrame): boolean;
  /** Notes a frame that the lane is given. */
  accept(frame: VoiceFrame): void;
  /** Keeps an event in its place among the frames; false when none stands before it, so that it can go at once. */
  keep(event: VoiceEvent): boolean;
  /**
   * Acknowledges samples up to the end of what a lane gave, and says what is to come out for it: those of its samples that
   * are not out yet, what it left out from the frames that are held, and the events in their place.
   *
   * @throws AudioError with code `format_mismatch`, for audio of another rate; nothing is acknowledged then.
   */
  acknowledge(output: VoiceFrame): readonly Entry[];
  /** All that is held, as it came in; nothing is held any more. */
  release(): readonly Entry[];
  /** The frames that are held, the first of them cut at what is out already. */
  frames(): readonly VoiceFrame[];
  /** Length of the audio that is held. */
  readonly heldMs: Millis;
  /** Audio missing between what is out and what is held. */
  readonly gapMs: Millis;
}

/** A ledger of its own for each stream. Media time alone counts. */
export const laneLedger = (): LaneLedger => {
  let held: Entry[] = [];
  let heldSamples = 0;
  let sampleRate: Hertz = 1;
  let acceptedEnd: SampleIndex = 0;
  let outEnd: SampleIndex | undefined;

  /** The first of what is held is out up to `to`. */
  const settle = (frame: VoiceFrame, to: SampleIndex): void => {
    heldSamples -= to - frame.position;
    outEnd = to;
    if (to === endOf(frame)) held.shift();
    else held[0] = part(frame, to, endOf(frame));
  };

  const piecesOf = (output: VoiceFrame): readonly Entry[] => {
    const end = endOf(output);
    const pieces: Entry[] = [];
    let from = output.position;
    let to = from;
    const cut = (): void => {
      if (to > from) pieces.push(part(output, from, to));
      from = to;
    };
    for (let first = held[0]; first !== undefined; first = held[0]) {
      if (!isFrame(first)) {
        cut();
        pieces.push(first);
        held.shift();
      } else if (first.position >= end) {
        break;
      } else if (first.position < output.position) {
        const skippedTo = Math.min(endOf(first), output.position);
        pieces.push(part(first, first.position, skippedTo));
        settle(first, skippedTo);
      } else {
        if (first.position !== to) {
          cut();
          from = first.position;
        }
        to = Math.min(endOf(first), end);
        settle(first, to);
      }
    }
    cut();
    return pieces;
  };

  return {
    isBreak: (frame) => outEnd !== undefined && (frame.position < acceptedEnd || frame.sampleRate !== sampleRate),
    accept(frame) {
      outEnd ??= frame.position;
      sampleRate = frame.sampleRate;
      acceptedEnd = endOf(frame);
      if (frame.samples.length === 0) return;
      held.push(frame);
      heldSamples += frame.samples.length;
    },
    keep(event) {
      if (held.length === 0) return false;
      held.push(event);
      return true;
    },
    acknowledge(output) {
      if (held.length === 0) return [];
      if (output.sampleRate !== sampleRate) throw mismatch(output.sampleRate, sampleRate);
      return piecesOf(output);
    },
    release() {
      const all = held;
      held = [];
      heldSamples = 0;
      outEnd = undefined;
      return all;
    },
    frames: () => held.filter((entry): entry is VoiceFrame => isFrame(entry)),
    get heldMs() {
      return durationOf(heldSamples, sampleRate);
    },
    get gapMs() {
      const first = held[0];
      return first && outEnd !== undefined && isFrame(first) ? durationOf(first.position - outEnd, sampleRate) : 0;
    },
  };
};

/** The samples of the frame from one position to another; the frame itself where these are all. */
const part = (frame: VoiceFrame, from: SampleIndex, to: SampleIndex): VoiceFrame =>
  from === frame.position && to === endOf(frame)
    ? frame
    : { ...frame, samples: frame.samples.subarray(from - frame.position, to - frame.position), position: from };

const mismatch = (got: Hertz, wanted: Hertz): AudioError =>
  new AudioError(`switchLanes: a lane gave ${got} Hz for ${wanted}; resample ahead of switchLanes`, { code: 'format_mismatch' });
