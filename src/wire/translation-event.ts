import * as t from 'io-ts';
import { nullable, record } from './shape.js';

const common = {
  event_id: t.string,
  /** Where in the session's audio, in milliseconds. */
  elapsed_ms: nullable(t.number),
};

/** The last event of a translation session. */
export const SessionClosed = record({ type: t.literal('session.closed') }, { event_id: t.string });
export type SessionClosed = t.TypeOf<typeof SessionClosed>;

/** What was said, in the speaker's language. */
export const TranslationInputDelta = record({ type: t.literal('session.input_transcript.delta'), delta: t.string }, common);
export type TranslationInputDelta = t.TypeOf<typeof TranslationInputDelta>;

/** What was said, in the other language. */
export const TranslationOutputDelta = record({ type: t.literal('session.output_transcript.delta'), delta: t.string }, common);
export type TranslationOutputDelta = t.TypeOf<typeof TranslationOutputDelta>;

/** The same as speech: base64. */
export const TranslationAudioDelta = record(
  { type: t.literal('session.output_audio.delta'), delta: t.string },
  { ...common, channels: t.number, format: t.string, sample_rate: t.number },
);
export type TranslationAudioDelta = t.TypeOf<typeof TranslationAudioDelta>;

/** All events that only translation sessions send. */
export const translationEvents = [SessionClosed, TranslationInputDelta, TranslationOutputDelta, TranslationAudioDelta] as const;
