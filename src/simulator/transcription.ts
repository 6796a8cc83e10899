import type { Millis } from '../audio.js';
import type { Hearing } from './hearing.js';
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

/** Whether this model tells words while they are said, before the item is there (recorded); the others tell them after. */
export const isLive = (model: string | undefined): boolean => model === 'gpt-realtime-whisper';

/** Length of a token when it is spoken, near enough. */
export const spokenTokenMs: Millis = 250;

/** One word of the user. */
export const wordOf = (item_id: string, delta: string): Outgoing => ({
  type: 'conversation.item.input_audio_transcription.delta',
  item_id,
  content_index: 0,
  delta,
  obfuscation: obfuscationFor(delta),
});

/** What there is to tell of an item. */
export interface Transcript {
  readonly itemId: string;
  readonly audioMs: Millis;
  readonly model: string;
  readonly pace: Pace;
  /** Tokens that were told while they were said. */
  readonly told: number;
}

/** What the service tells of the user's words: deltas, then the whole; or that it failed. */
export function* transcriptionSteps(
  hearing: Hearing,
  { itemId: item_id, audioMs, model, pace, told }: Transcript,
): Generator<Step<Outgoing>> {
  const at = { item_id, content_index: 0 };
  if ('failure' in hearing) {
    const error = {
      type: 'server_error',
      code: 'transcription_unavailable',
      message: hearing.failure,
      param: null,
    } as const;
    yield { atMs: 0, event: { type: 'conversation.item.input_audio_transcription.failed', ...at, error } };
    return;
  }
  const { words } = hearing;
  const scale = pace === 'instant' ? 0 : 1;
  const tokens = tokensOf(words);
  for (const [index, delta] of tokens.slice(told).entries())
    yield { atMs: index * msPerToken * scale, event: wordOf(item_id, delta) };
  yield {
    atMs: ((tokens.length - told) * msPerToken + completedAfterMs) * scale,
    event: {
      type: 'conversation.item.input_audio_transcription.completed',
      ...at,
      transcript: words,
      usage: words === '' ? { type: 'duration', seconds: 0 } : usageOf(model, audioMs, tokens.length),
    },
  };
}
