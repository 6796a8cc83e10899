import { durationOf, type Hertz, type Millis, type SampleIndex, type VoiceFrame } from '../audio.js';

/** Speech began. */
export interface SpeechBegan {
  readonly type: 'speech.started';
  /** Sample at which it really began: debounce taken off. */
  readonly position: SampleIndex;
}

/** Speech ended. */
export interface SpeechEnded {
  readonly type: 'speech.stopped';
  /** First sample after it: hangover taken off. */
  readonly position: SampleIndex;
  /** Its length, without hangover. */
  readonly durationMs: Millis;
}

/** Speech goes on. */
export interface SpeechGoesOn {
  readonly type: 'speech.progress';
  /** First sample after what was heard of it so far. */
  readonly position: SampleIndex;
  /** Its length so far. */
  readonly durationMs: Millis;
}

/** Where speech begins, goes on and ends. */
export type SpeechEdge = SpeechBegan | SpeechGoesOn | SpeechEnded;

/** How often speech that goes on is told. */
const progressMs: Millis = 100;

/** A fold from frames to the edges of speech. */
export interface SpeechEdges {
  /** The edges that the next frame shows: mostly none, and two where a jump ends one speech and the frame begins another. */
  push(frame: VoiceFrame): readonly SpeechEdge[];
  /** The end of speech that still goes on when the stream ends. */
  end(): readonly SpeechEdge[];
}

const none: readonly SpeechEdge[] = [];

/**
 * Makes a fold that finds where speech begins and ends, in media time.
 *
 * Starts and ends alternate, beginning with a start, whatever the states. A jump of `position` and a change of rate end speech at the last sample before
 * them (or where its hangover began).
 */
export function speechEdges(): SpeechEdges {
  let speaking = false;
  /** Where speech began, or may have begun. */
  let began: SampleIndex | undefined;
  /** Where speech may have ended. */
  let ended: SampleIndex | undefined;
  let next: SampleIndex = -1;
  /** Up to where it was told that speech goes on. */
  let told: SampleIndex = 0;
  let rate: Hertz = 0;

  const stop = (): SpeechEnded => {
    const position = ended ?? next;
    const edge: SpeechEnded = { type: 'speech.stopped', position, durationMs: durationOf(position - (began ?? position), rate) };
    speaking = false;
    began = undefined;
    ended = undefined;
    return edge;
  };

  const progress = (): readonly SpeechEdge[] => {
    if (durationOf(next - told, rate) < progressMs) return none;
    told = next;
    return [{ type: 'speech.progress', position: next, durationMs: durationOf(next - (began ?? next), rate) }];
  };

  const look = ({ vad, position }: VoiceFrame): readonly SpeechEdge[] => {
    const isSpeech = vad === 'speech' || vad === 'speech_ending';
    if (speaking) {
      if (vad === 'speech') ended = undefined;
      else ended ??= position;
      if (vad === 'speech') return progress();
      if (isSpeech) return none;
      const edges = [stop()];
      if (vad === 'speech_starting') began = position;
      return edges;
    }
    if (vad === 'silence') began = undefined;
    else began ??= position;
    if (!isSpeech || began === undefined) return none;
    speaking = true;
    told = next;
    return [{ type: 'speech.started', position: began }];
  };

  const end = (): readonly SpeechEdge[] => (speaking ? [stop()] : none);

  return {
    push(frame) {
      const { position, sampleRate, samples } = frame;
      const isJump = position !== next || sampleRate !== rate;
      const before = isJump ? end() : none;
      if (isJump) began = undefined;
      next = position + samples.length;
      rate = sampleRate;
      const now = look(frame);
      return before.length > 0 ? [...before, ...now] : now;
    },
    end,
  };
}
