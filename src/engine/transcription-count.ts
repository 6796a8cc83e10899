import type { TranscriptionUsage } from '../wire/usage.js';

/** What a model that writes down the user's words was given and has written. */
export interface TranscriptionCount {
  /** Seconds of audio; of a service that counts tokens, a tenth of those: one is 100 ms (OpenAI, "Managing costs" of the Realtime API). */
  readonly seconds: number;
  /** 0 where the service counts seconds. */
  readonly inputTokens: number;
  readonly outputTokens: number;
}

const audioTokensPerSecond = 10;

export const addTranscription = (count: TranscriptionCount | undefined, usage: TranscriptionUsage): TranscriptionCount => {
  const { seconds, inputTokens, outputTokens } = count ?? { seconds: 0, inputTokens: 0, outputTokens: 0 };
  if (usage.type === 'duration') return { seconds: seconds + usage.seconds, inputTokens, outputTokens };
  return {
    seconds: seconds + (usage.input_token_details?.audio_tokens ?? 0) / audioTokensPerSecond,
    inputTokens: inputTokens + (usage.input_tokens ?? 0),
    outputTokens: outputTokens + (usage.output_tokens ?? 0),
  };
};
