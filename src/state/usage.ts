import type { Usage } from '../wire/usage.js';

/** Tokens of one class, by modality. */
export interface TokenCounts {
  readonly text: number;
  readonly audio: number;
  readonly image: number;
}

/** What the provider has counted so far, added up over responses. */
export interface UsageTotals {
  /** Responses that carried a usage. */
  readonly responses: number;
  readonly input: TokenCounts;
  /** The cheaper part of `input`. */
  readonly cached: TokenCounts;
  readonly output: TokenCounts;
  readonly totalTokens: number;
}

const none: TokenCounts = { text: 0, audio: 0, image: 0 };

export const noUsage: UsageTotals = { responses: 0, input: none, cached: none, output: none, totalTokens: 0 };

/** Adds one response's usage; members that the provider leaves out count as 0. */
export const addUsage = (totals: UsageTotals, usage: Usage): UsageTotals => {
  const { input_token_details: input, output_token_details: output, total_tokens } = usage;
  return {
    responses: totals.responses + 1,
    input: add(totals.input, input),
    cached: add(totals.cached, input?.cached_tokens_details),
    output: add(totals.output, output),
    totalTokens: totals.totalTokens + (total_tokens ?? 0),
  };
};

/** Token counts as the wire names them. */
interface WireCounts {
  readonly text_tokens?: number | null | undefined;
  readonly audio_tokens?: number | null | undefined;
  readonly image_tokens?: number | null | undefined;
}

const add = (counts: TokenCounts, more: WireCounts | null | undefined): TokenCounts => ({
  text: counts.text + (more?.text_tokens ?? 0),
  audio: counts.audio + (more?.audio_tokens ?? 0),
  image: counts.image + (more?.image_tokens ?? 0),
});
