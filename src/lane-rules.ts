import type { Millis } from './audio.js';
import type { LaneDecision, VoiceEvent } from './events.js';
import { requestReason } from './lane.js';
import type { SessionState } from './state/session-state.js';

/** Words of the user, spoken or typed. */
export interface Utterance {
  readonly itemId: string;
  /** All of them so far. */
  readonly text: string;
  /** Whether no more come. */
  readonly isFinal: boolean;
}

/** What a rule knows beside the event. */
export interface LaneContext {
  /** The lane that is active. */
  readonly lane: string;
  /** Since it is, in milliseconds. */
  readonly sinceSwitchMs: Millis;
  /** The lane in which the last response began. */
  readonly answeredIn: string;
  /** The words that this event brought, if it brought any. */
  readonly utterance: Utterance | undefined;
  /** Whether the assistant is being heard. */
  readonly isHeard: boolean;
  /** How long each tool took so far, on average, in milliseconds. */
  readonly toolMs: ReadonlyMap<string, Millis>;
  readonly state: SessionState;
}

/** What a rule finds; when is added to it. */
export interface RuleDecision extends Omit<LaneDecision, 'at'> {
  /** The tool that it is about, where that is known. */
  readonly tool?: string;
  /** Whether it is to wait until the assistant is not heard any more. */
  readonly whenQuiet?: boolean;
}

/** Finds in an event a reason to be in a lane, or none. Keeps nothing: what it needs to know is in the context. */
export type LaneRule = (event: VoiceEvent, context: LaneContext) => RuleDecision | undefined;

const big = (reason: string, confidence: number, tool?: string): RuleDecision => ({
  lane: 'big',
  reason,
  confidence,
  ...(tool === undefined ? {} : { tool }),
});

/** The first of these rules that decides. */
export const firstOf =
  (...rules: readonly LaneRule[]): LaneRule =>
  (event, context) => {
    for (const rule of rules) {
      const decision = rule(event, context);
      if (decision) return decision;
    }
    return undefined;
  };

/** Somebody asked for a lane with `lane.request`. */
export const explicitRequest: LaneRule = (event) =>
  event.type === 'lane.request' ? { lane: event.lane, reason: requestReason, confidence: 1 } : undefined;

/** The model calls a function: known as soon as it begins to write the arguments. */
export const functionCall: LaneRule = (event) =>
  (event.type === 'response.output_item.added' || event.type === 'response.output_item.done') &&
  event.item.type === 'function_call' &&
  event.item.status !== 'incomplete'
    ? big('function_call', 1, event.item.name)
    : undefined;

/** The user shows a picture. */
export const multimodal: LaneRule = (event) =>
  (event.type === 'conversation.item.added' || event.type === 'conversation.item.created') &&
  event.item.type === 'message' &&
  event.item.role === 'user' &&
  (event.item.content ?? []).some(({ type }) => type === 'input_image')
    ? big('multimodal', 1)
    : undefined;

/** Whatever the application knows to be a reason. */
export const business =
  (isReason: (event: VoiceEvent, context: LaneContext) => boolean): LaneRule =>
  (event, context) =>
    isReason(event, context) ? big('business', 1) : undefined;

/**
 * The user says one of these words or phrases, in whatever case and with or without accents; acts on partial transcripts.
 *
 * @param words Whole words: `book` is not in `notebook`.
 */
export const keywords = (words: readonly string[], reason = 'keyword'): LaneRule => {
  const phrases = words.map((word) => ` ${plainWords(word).join(' ')} `).filter((phrase) => phrase.trim() !== '');
  return (_, { utterance }) => {
    if (!utterance) return undefined;
    const said = ` ${plainWords(utterance.text).join(' ')} `;
    return phrases.some((phrase) => said.includes(phrase)) ? big(reason, 0.9) : undefined;
  };
};

/** What people say who want their words written down. */
export const transcriptionPhrases: readonly string[] = [
  'transcribe',
  'transcript',
  'take notes',
  'take a note',
  'write this down',
  'write that down',
  'take this down',
  'transcribir',
  'transcripción',
  'toma nota',
  'toma notas',
  'apunta esto',
  'apúntalo',
  'escribe esto',
];

/** The user wants to have something written down. */
export const transcriptionWanted = (phrases: readonly string[] = transcriptionPhrases): LaneRule =>
  keywords(phrases, 'transcription');

/** The user has said something, and no rule before this one has found more in it than talk. */
export const plainTalk: LaneRule = (_, { utterance }) =>
  utterance?.isFinal ? { lane: 'fast', reason: 'plain_talk', confidence: 0.6 } : undefined;

/** The words of a text, in small letters and without accents. */
export const plainWords = (text: string): readonly string[] =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[’']/g, '')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? [];
