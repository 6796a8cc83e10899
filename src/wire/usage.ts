import * as t from 'io-ts';
import { nullable, record } from './shape.js';

/** No statistic may fail the event that carries it. */
const count = nullable(t.number);

const TokenDetails = record(
  {},
  {
    text_tokens: count,
    audio_tokens: count,
    image_tokens: count,
    /** xAI. */
    grok_tokens: count,
  },
);

/**
 * What a response cost. `cached_tokens` are part of the input tokens, `reasoning_tokens` part of the output's text tokens.
 * xAI bills seconds, which stand beside.
 */
export const Usage = record(
  {},
  {
    total_tokens: count,
    input_tokens: count,
    output_tokens: count,
    input_token_details: nullable(
      record(
        {},
        {
          text_tokens: count,
          audio_tokens: count,
          image_tokens: count,
          grok_tokens: count,
          cached_tokens: count,
          cached_tokens_details: nullable(TokenDetails),
        },
      ),
    ),
    output_token_details: nullable(
      record(
        {},
        {
          text_tokens: count,
          audio_tokens: count,
          image_tokens: count,
          grok_tokens: count,
          reasoning_tokens: count,
        },
      ),
    ),
    output_audio_seconds: count,
    billable_audio_seconds: count,
  },
);
export type Usage = t.TypeOf<typeof Usage>;

/** What the transcription of one turn cost: tokens or seconds, by the model that transcribed. */
export const TranscriptionUsage = t.union([
  record(
    { type: t.literal('tokens') },
    {
      total_tokens: count,
      input_tokens: count,
      output_tokens: count,
      input_token_details: nullable(record({}, { text_tokens: count, audio_tokens: count })),
    },
  ),
  record({ type: t.literal('duration'), seconds: t.number }, {}),
]);
export type TranscriptionUsage = t.TypeOf<typeof TranscriptionUsage>;
