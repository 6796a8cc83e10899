import { type AudioFrame, durationOf, type Millis, type VoiceFrame } from '../audio.js';
import { type ConversationEvent, type ConversationTimes, conversationSides } from './conversation-sides.js';

/** A fold over the audio of both sides. Time is that of the near side. */
export interface Conversation {
  /** What the user's next frame tells. */
  near(frame: VoiceFrame): readonly ConversationEvent[];
  /** Takes a frame of the other side in which it sounds, when it is played; sooner, and it counts as that much later. Silence of it need not be told. */
  far(frame: AudioFrame): void;
}

/** Gaps between the words of the other side, and between its frames, are no silence of it. */
const farHoldMs: Millis = 200;

/** Makes a fold. @param times Is asked at each frame of the user, so that they may change. */
export function conversation(times: () => ConversationTimes): Conversation {
  const step = conversationSides(times);
  /** How much of what the other side said is still to be heard; below 0, how long it has been quiet. */
  let farMs = -farHoldMs;

  return {
    near({ vad, samples, sampleRate, position }) {
      const ms = durationOf(samples.length, sampleRate);
      const isFar = farMs > -farHoldMs;
      farMs = Math.max(-farHoldMs, farMs - ms);
      return step({ vad, isFar, ms, position: position + samples.length });
    },
    far({ samples, sampleRate }) {
      farMs = Math.max(0, farMs) + durationOf(samples.length, sampleRate);
    },
  };
}
