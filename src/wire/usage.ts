import * as t from 'io-ts';
import { nullable, record } from './shape.js';

const TokenDetails = record(
  {},
  {
    text_tokens: t.number,
    audio_tokens: t.number,
    image_tokens: t.number,
    /** xAI. */
    grok_tokens: t.number,
  },
);

/**
 * What a response cost. `cached_tokens` are part of the input tokens, `reasoning_tokens` part of the output's text tokens.
 * xAI bills seconds, which stand beside.
 */
export const Usage = record(
  {},
  {
    total_tokens: t.number,
    input_tokens: t.number,
    output_tokens: t.number,
    input_token_details: nullable(
      record(
        {},
        {
          text_tokens: t.number,
          audio_tokens: t.number,
          image_tokens: t.number,
          grok_tokens: t.number,
          cached_tokens: t.number,
          cached_tokens_details: nullable(TokenDetails),
        },
      ),
    ),
    output_token_details: nullable(
      record(
        {},
        {
          text_tokens: t.number,
          audio_tokens: t.number,
          image_tokens: t.number,
          grok_tokens: t.number,
          reasoning_tokens: t.number,
        },
      ),
    ),
    output_audio_seconds: t.number,
    billable_audio_seconds: t.number,
  },
);
export type Usage = t.TypeOf<typeof Usage>;

/** What the transcription of one turn cost: tokens or seconds, by the model that transcribed. */
export const TranscriptionUsage = t.union([
  record(
    { type: t.literal('tokens'), total_tokens: t.number, input_tokens: t.number, output_tokens: t.number },
    { input_token_details: nullable(record({}, { text_tokens: t.number, audio_tokens: t.number })) },
  ),
  record({ type: t.literal('duration'), seconds: t.number }, {}),
]);
export type TranscriptionUsage = t.TypeOf<typeof TranscriptionUsage>;
