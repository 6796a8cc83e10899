import { type AudioFrame, endOf, type Millis, samplesIn, type VoiceFrame } from '../audio.js';

/** A fold that remembers what was heard ahead of speech. */
export interface PreSpeech {
  /** Takes the next chunk. */
  hear(frame: VoiceFrame): void;
  /**
   * What was heard before the chunk that became speech: the audio ahead of it, and its beginning, when the detector was not sure yet. While nobody
   * speaks, what it would be if the next chunk were speech.
   */
  read(): AudioFrame;
}

/** What may be held as the beginning of speech: a detector that never makes up its mind must not fill memory. */
const longestStartMs: Millis = 5000;

const nothing: AudioFrame = { samples: new Int16Array(0), sampleRate: 24_000, position: 0 };

/** Makes a memory of `ms` milliseconds ahead of speech; a jump of `position` and a change of rate empty it. */
export function preSpeech(ms: Millis): PreSpeech {
  let held: VoiceFrame[] = [];
  /** Samples in `held` ahead of what may be the beginning of speech, and of that. */
  let before = 0;
  let starting = 0;
  let last: VoiceFrame | undefined;
  const isSpeech = ({ vad }: VoiceFrame): boolean => vad === 'speech' || vad === 'speech_ending';

  const forget = (): void => {
    held = [];
    before = 0;
    starting = 0;
  };
  const hold = (frame: VoiceFrame): void => {
    held.push(frame);
    starting += frame.samples.length;
    if (frame.vad === 'silence' || starting > samplesIn(longestStartMs, frame.sampleRate)) {
      before += starting;
      starting = 0;
    }
    const limit = samplesIn(ms, frame.sampleRate);
    for (let first = held[0]; first && before - first.samples.length >= limit; first = held[0]) {
      held.shift();
      before -= first.samples.length;
    }
  };

  return {
    hear(frame) {
      if (last && (endOf(last) !== frame.position || last.sampleRate !== frame.sampleRate)) forget();
      else if (last && isSpeech(last) && !isSpeech(frame)) forget();
      last = frame;
      if (!isSpeech(frame)) hold(frame);
    },
    read() {
      const [first] = held;
      if (!first) return last ? { ...nothing, sampleRate: last.sampleRate, position: last.position } : nothing;
      const skipped = Math.max(0, before - samplesIn(ms, first.sampleRate));
      const samples = new Int16Array(before + starting - skipped);
      let at = -skipped;
      for (const { samples: part } of held) {
        samples.set(at < 0 ? part.subarray(-at) : part, Math.max(0, at));
        at += part.length;
      }
      return { samples, sampleRate: first.sampleRate, position: first.position + skipped };
    },
  };
}
