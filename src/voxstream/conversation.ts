import { durationOf, type Millis, type VoiceFrame } from '../audio.js';
import type { ConversationSettings } from './conversation-mode.js';

/** What happens between the two sides, as their audio tells. */
export type ConversationEvent =
  /** The user has begun to speak. */
  | { readonly type: 'user_speaking' }
  /** The user has stopped, for longer than a pause is in this mode; `durationMs` from the first sound to the last. */
  | { readonly type: 'user_finished'; readonly durationMs: Millis }
  /** The user began to speak while the other side did, and it lasts longer than a word of assent. */
  | { readonly type: 'user_interruption'; readonly overlapMs: Millis }
  /** Both speak at once; `by` says who came second. */
  | { readonly type: 'speech_overlap'; readonly by: 'user' | 'other' }
  /** Somebody has spoken, and since then nobody has for long. */
  | { readonly type: 'long_pause'; readonly silentMs: Millis };

/** A fold over both sides. Time is that of the user's audio. */
export interface Conversation {
  /** What the user's next chunk tells. */
  near(frame: VoiceFrame): readonly ConversationEvent[];
  /** Takes the other side's next chunk, when it is played; sooner, and it counts as that much later. */
  far(frame: VoiceFrame): void;
}

/** Makes a fold; it asks what the mode sets at each chunk. */
export function conversation(settings: () => ConversationSettings): Conversation {
  /** Of the user's utterance: how long it has lasted, and how much of that is quiet at its end. */
  let isSpeaking = false;
  let lastedMs: Millis = 0;
  let quietMs: Millis = 0;
  /** How much of what the other side said is still to be heard. */
  let farMs: Millis = 0;
  let overlapMs: Millis = 0;
  let overlap: { readonly by: 'user' | 'other'; isTold: boolean } | undefined;
  let hasSpoken = false;
  let silentMs: Millis = 0;
  let isPauseTold = false;

  const utterance = (isSound: boolean, ms: Millis, { finishedMs }: ConversationSettings): readonly ConversationEvent[] => {
    if (isSound && !isSpeaking) {
      isSpeaking = true;
      lastedMs = ms;
      quietMs = 0;
      return [{ type: 'user_speaking' }];
    }
    if (!isSpeaking) return [];
    lastedMs += ms;
    quietMs = isSound ? 0 : quietMs + ms;
    if (quietMs < finishedMs) return [];
    isSpeaking = false;
    return [{ type: 'user_finished', durationMs: lastedMs - quietMs }];
  };

  const together = (
    isSound: boolean,
    wasSpeaking: boolean,
    ms: Millis,
    { interruptionMs }: ConversationSettings,
  ): readonly ConversationEvent[] => {
    if (farMs === 0 || !isSpeaking) {
      overlap = undefined;
      overlapMs = 0;
      return [];
    }
    if (!isSound) return [];
    const events: ConversationEvent[] = [];
    if (!overlap) {
      overlap = { by: wasSpeaking ? 'other' : 'user', isTold: false };
      events.push({ type: 'speech_overlap', by: overlap.by });
    }
    overlapMs += ms;
    if (overlap.by === 'user' && !overlap.isTold && overlapMs >= interruptionMs) {
      overlap.isTold = true;
      events.push({ type: 'user_interruption', overlapMs });
    }
    return events;
  };

  const pause = (isSound: boolean, ms: Millis, { longPauseMs }: ConversationSettings): readonly ConversationEvent[] => {
    if (isSound || farMs > 0) {
      hasSpoken = true;
      silentMs = 0;
      isPauseTold = false;
      return [];
    }
    silentMs += ms;
    if (!hasSpoken || isPauseTold || silentMs < longPauseMs) return [];
    isPauseTold = true;
    return [{ type: 'long_pause', silentMs }];
  };

  return {
    near({ vad, samples, sampleRate }) {
      const now = settings();
      const ms = durationOf(samples.length, sampleRate);
      const isSound = vad === 'speech';
      const wasSpeaking = isSpeaking;
      const events = [...utterance(isSound, ms, now), ...together(isSound, wasSpeaking, ms, now), ...pause(isSound, ms, now)];
      farMs = Math.max(0, farMs - ms);
      return events;
    },
    far({ vad, samples, sampleRate }) {
      if (vad === 'speech' || vad === 'speech_ending') farMs += durationOf(samples.length, sampleRate);
    },
  };
}
