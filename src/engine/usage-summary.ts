import type { TokenCounts } from '../state/usage.js';
import type { TranscriptionCount } from './transcription-count.js';
import { settledReport, type UsageReport, type UsageShare } from './usage-report.js';

/** Tokens as the provider has counted them; each response is billed for the whole conversation as its input. */
export interface TokenSummary extends TokenCounts {
  readonly input: TokenCounts;
  /** The cheaper part of `input`. */
  readonly cached: TokenCounts;
  readonly output: TokenCounts;
  /** In all, as the provider says it; more than text, audio and image where it does not say what the rest is. */
  readonly total: number;
}

/** What was used, of all or of one model or lane. */
export interface UsagePart {
  /**
   * `input`: what of the user's voice became turns that the provider has confirmed, audio that a later session was sent again counted again.
   * `output`: audio that the provider has sent, heard or not.
   */
  readonly audioSeconds: { readonly input: number; readonly output: number; readonly total: number };
  /** Text tokens, in and out; reasoning is among them. */
  readonly textTokens: number;
  readonly tokens: TokenSummary;
  /** Responses that carried a usage. */
  readonly responses: number;
  /** Calls that the model has made, run or not. */
  readonly functionCalls: number;
}

/** What was used, as `getUsage()` tells it. */
export interface UsageSummary extends UsagePart {
  /** Sessions of providers that held the conversation: after a loss, a rotation or a fail-over it is another one. */
  readonly totalSessions: number;
  /** By the model of the session; `unknown` where the provider does not name one. The parts add up to the whole. */
  readonly byModel: Readonly<Record<string, UsagePart>>;
  /** By the lane in which a response began. The parts add up to the whole. */
  readonly byLane: Readonly<Record<string, UsagePart>>;
  /** The user's words as they were written down, which is billed apart: by the model that did. In none of the other numbers. */
  readonly transcription: Readonly<Record<string, TranscriptionCount>>;
  /** Responses of which nobody has said what they cost: such as ended with their connection. Their audio is counted, their tokens are not. */
  readonly uncountedResponses: number;
}

/** What was used so far, in the units in which it is billed. */
export const usageOf = (report: UsageReport): UsageSummary => {
  const { total, byModel, byLane, sessions, transcription, uncounted } = settledReport(report);
  return {
    ...partOf(total),
    totalSessions: sessions,
    byModel: partsOf(byModel),
    byLane: partsOf(byLane),
    transcription,
    uncountedResponses: uncounted,
  };
};

const partsOf = (shares: Readonly<Record<string, UsageShare>>): Readonly<Record<string, UsagePart>> =>
  Object.fromEntries(Object.entries(shares).map(([name, share]) => [name, partOf(share)]));

const partOf = ({ tokens, functionCalls, inputMs, outputMs }: UsageShare): UsagePart => {
  const { input, cached, output, totalTokens, responses } = tokens;
  const text = input.text + output.text;
  return {
    audioSeconds: { input: inputMs / 1000, output: outputMs / 1000, total: (inputMs + outputMs) / 1000 },
    textTokens: text,
    tokens: {
      text,
      audio: input.audio + output.audio,
      image: input.image + output.image,
      input,
      cached,
      output,
      total: totalTokens,
    },
    responses,
    functionCalls,
  };
};
