import type { Millis } from './audio.js';
import type { VoiceEvent } from './events.js';
import type { LaneRule } from './lane-rules.js';
import type { ConversationState } from './state/conversation.js';

/** What an analyzer of the application's own is told beside the user's words. */
export interface SwitchContext {
  /** The user's words, all of them. */
  readonly text: string;
  /** The event that brought them. */
  readonly event: VoiceEvent;
  readonly conversation: ConversationState;
  /** The lane that is active. */
  readonly lane: string;
  readonly sinceSwitchMs: Millis;
  /** How many tools work. */
  readonly pendingTools: number;
  /** How long an answer may take, in milliseconds. */
  readonly latencyBudgetMs: Millis;
  /** Whatever the application has given. */
  readonly user: Readonly<Record<string, unknown>>;
}

/** Says which lane the user's words belong to; `fast_lane` and `big_lane` are accepted too. */
export type LaneAnalyzer = (message: string, context: SwitchContext) => string;

/** What the analyzer is told beside the words. */
export interface AnalyzerConfig {
  /**
   * @default no limit
   */
  readonly latencyBudgetMs?: Millis;
  /** @default {} */
  readonly user?: Readonly<Record<string, unknown>>;
}

/** An analyzer of the application's own, in place of rules; asked for each thing that the user has said or typed. */
export const analyzer =
  (analyze: LaneAnalyzer, { latencyBudgetMs = Number.POSITIVE_INFINITY, user = {} }: AnalyzerConfig = {}): LaneRule =>
  (event, { utterance, state, lane, sinceSwitchMs }) => {
    if (!utterance?.isFinal) return undefined;
    const { text } = utterance;
    const { conversation, tools } = state;
    const pendingTools = tools.openCount;
    const chosen = analyze(text, { text, event, conversation, lane, sinceSwitchMs, pendingTools, latencyBudgetMs, user });
    return { lane: chosen.replace(/_lane$/, ''), reason: 'analyzer', confidence: 1 };
  };
