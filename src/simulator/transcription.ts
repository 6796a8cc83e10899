import type { Millis } from '../audio.js';
import { obfuscationFor } from './ids.js';
import { tokensOf } from './output.js';
import type { Pace, Step } from './pace.js';
import type { Outgoing } from './shapes.js';

const msPerToken: Millis = 8;
/** From the last delta to `completed`, recorded. */
const completedAfterMs: Millis = 200;

/** Billed by time, as the Whisper models are, or by tokens. */
const usageOf = (model: string, audioMs: Millis, tokens: number): unknown => {
  if (/whisper/.test(model)) return { type: 'duration', seconds: Math.ceil(audioMs / 1000) };
  const audio_tokens = Math.floor(audioMs / 100);
  return {
    type: 'tokens',
    total_tokens: audio_tokens + tokens,
    input_tokens: audio_tokens,
    input_token_details: { text_tokens: 0, audio_tokens },
    output_tokens: tokens,
  };
};

/**
 * What the service tells of the user's words: deltas, then the whole; or that it failed, where nobody told the words, for
 * the simulator does not pretend to have understood.
 */
export function* transcriptionSteps(
  item_id: string,
  words: string | undefined,
  { model, audioMs, pace }: { readonly model: string; readonly audioMs: Millis; readonly pace: Pace },
): Generator<Step<Outgoing>> {
  const at = { item_id, content_index: 0 };
  if (words === undefined) {
    const error = {
      type: 'server_error',
      code: 'transcription_unavailable',
      message: 'The simulator understands no speech: tell the words with `transcript` in the script.',
      param: null,
    } as const;
    yield { atMs: 0, event: { type: 'conversation.item.input_audio_transcription.failed', ...at, error } };
    return;
  }
  const scale = pace === 'instant' ? 0 : 1;
  const tokens = tokensOf(words);
  for (const [index, delta] of tokens.entries())
    yield {
      atMs: index * msPerToken * scale,
      event: {
        type: 'conversation.item.input_audio_transcription.delta',
        ...at,
        delta,
        obfuscation: obfuscationFor(delta),
      },
    };
  yield {
    atMs: (tokens.length * msPerToken + completedAfterMs) * scale,
    event: {
      type: 'conversation.item.input_audio_transcription.completed',
      ...at,
      transcript: words,
      usage: usageOf(model, audioMs, tokens.length),
    },
  };
}
