import type { Millis, SampleIndex, VadState } from '../audio.js';

/** What two sides of a conversation do to each other; times are media time of the near side, in milliseconds. */
export type ConversationEvent =
  /** The user speaks. */
  | { readonly type: 'user_speaking'; readonly atMs: Millis; readonly position: SampleIndex }
  /** The user has said something, and is quiet for long enough to be answered. */
  | { readonly type: 'user_finished'; readonly atMs: Millis; readonly position: SampleIndex; readonly durationMs: Millis }
  /** The user speaks over the other side, and goes on: the other side should stop. */
  | { readonly type: 'user_interruption'; readonly atMs: Millis; readonly position: SampleIndex }
  /** The user said a short thing while the other side spoke, and left it the word. */
  | { readonly type: 'back_channel'; readonly atMs: Millis; readonly position: SampleIndex; readonly durationMs: Millis }
  /** Both speak at once; once an overlap. */
  | { readonly type: 'speech_overlap'; readonly atMs: Millis; readonly position: SampleIndex; readonly by: 'user' | 'assistant' }
  /** The user has spoken, and nobody since; once a pause. */
  | { readonly type: 'long_pause'; readonly atMs: Millis; readonly position: SampleIndex; readonly silentMs: Millis };

/** What the modes set; all in milliseconds. */
export interface ConversationTimes {
  /** How long the user must speak over the other side to interrupt it; less is a back-channel. */
  readonly interruptMs: Millis;
  /** How long both must speak at once to overlap. */
  readonly overlapMs: Millis;
  /** How long the user must be quiet to have finished. */
  readonly finishedMs: Millis;
  /** How long nobody must speak after the user has. */
  readonly longPauseMs: Millis;
}

/** How patient a conversation is. */
export type ConversationMode = 'natural' | 'formal' | 'rapid';

/** `natural`: talk among people. `formal`: nobody is cut short, pauses are for thinking. `rapid`: short questions, short answers. */
export const conversationModes: Readonly<Record<ConversationMode, ConversationTimes>> = {
  natural: { interruptMs: 500, overlapMs: 200, finishedMs: 700, longPauseMs: 2000 },
  formal: { interruptMs: 1000, overlapMs: 400, finishedMs: 1200, longPauseMs: 4000 },
  rapid: { interruptMs: 200, overlapMs: 100, finishedMs: 300, longPauseMs: 1000 },
};

/** A step of the near side: so many milliseconds, in this state of its VAD; `isFar` while the other side sounds. */
export interface SideStep {
  readonly vad: VadState;
  readonly isFar: boolean;
  readonly ms: Millis;
  /** First sample after it. */
  readonly position: SampleIndex;
}

/**
 * Makes a fold over the near side, step by step, that tells what happens between the sides. What a jump leaves out does not count.
 *
 * @param times Is asked at each step, so that they may change.
 */
export const conversationSides = (times: () => ConversationTimes): ((step: SideStep) => readonly ConversationEvent[]) => {
  let atMs = 0;
  let isSpeaking = false;
  /** Of speech so far, pauses not counted. */
  let spokenMs = 0;
  let silentMs = 0;
  let quietMs = 0;
  let bothMs = 0;
  let overFarMs = 0;
  let isOver = false;
  let isOverlap = false;
  let wasFar = false;
  let isAwaited = false;
  let by: 'user' | 'assistant' = 'user';

  const endOfSpeech = (position: SampleIndex): ConversationEvent => {
    const ended = { atMs, position, durationMs: spokenMs };
    // What was said over the other side and too short to interrupt it is no turn.
    const type = isOver ? 'back_channel' : 'user_finished';
    isAwaited ||= type === 'user_finished';
    isSpeaking = false;
    return { type, ...ended };
  };

  return ({ vad, isFar, ms, position }) => {
    const { interruptMs, overlapMs, finishedMs, longPauseMs } = times();
    const events: ConversationEvent[] = [];
    atMs += ms;
    const sounds = vad === 'speech';
    if (sounds && !isSpeaking) {
      isSpeaking = true;
      spokenMs = 0;
      overFarMs = 0;
      isOver = isFar;
      events.push({ type: 'user_speaking', atMs, position });
    }
    if (sounds) {
      spokenMs += ms;
      silentMs = 0;
    } else silentMs += ms;
    if (sounds && isFar) {
      if (bothMs === 0) by = wasFar ? 'user' : 'assistant';
      bothMs += ms;
      if (isOver) overFarMs += ms;
    } else if (!isFar || !isSpeaking) {
      bothMs = 0;
      isOverlap = false;
    }
    if (!isOverlap && bothMs >= overlapMs) {
      isOverlap = true;
      events.push({ type: 'speech_overlap', atMs, position, by });
    }
    if (isOver && overFarMs >= interruptMs) {
      isOver = false;
      events.push({ type: 'user_interruption', atMs, position });
    }
    // The other side has finished by itself: what goes on is a turn.
    if (isOver && sounds && !isFar && spokenMs >= interruptMs) isOver = false;
    if (isSpeaking && silentMs >= finishedMs) events.push(endOfSpeech(position));
    quietMs = sounds || isFar ? 0 : quietMs + ms;
    if (sounds || isFar) isAwaited = false;
    if (isAwaited && quietMs >= longPauseMs) {
      isAwaited = false;
      events.push({ type: 'long_pause', atMs, position, silentMs: quietMs });
    }
    wasFar = isFar;
    return events;
  };
};
