import type { Millis } from './audio.js';
import { requestReason } from './lane.js';
import { type LaneContext, type LaneRule, plainWords, type RuleDecision } from './lane-rules.js';

/** Makes another rule of a rule. */
export type LaneRuleModifier = (rule: LaneRule) => LaneRule;

/** Settings of `predictive`. */
export interface PredictiveConfig {
  /**
   * How sure the rule must be of words that may still go on, 0 to 1.
   * @default 0.7
   */
  readonly confidence?: number;
}

/**
 * Lets a rule act on partial transcripts as if nothing more came, once it is sure enough: the big lane is ready when the
 * turn ends.
 *
 * @throws RangeError on call, when `confidence` is not within 0 to 1.
 */
export const predictive = ({ confidence = 0.7 }: PredictiveConfig = {}): LaneRuleModifier => {
  if (!(confidence >= 0 && confidence <= 1)) throw new RangeError(`predictive: confidence must be 0 to 1, got ${confidence}`);
  return (rule) => (event, context) => {
    const { utterance } = context;
    if (!utterance || utterance.isFinal) return rule(event, context);
    const decision = rule(event, { ...context, utterance: { ...utterance, isFinal: true } });
    return decision && decision.lane !== context.lane && decision.confidence >= confidence ? decision : undefined;
  };
};

/** Settings of `costAware`. */
export interface CostAwareConfig {
  /**
   * Work below this is not worth a switch, in milliseconds.
   * @default 100
   */
  readonly switchThresholdMs?: Millis;
  /**
   * Work above this is more than the user is to wait for, in milliseconds.
   * @default no limit
   */
  readonly latencyBudgetMs?: Millis;
  /**
   * Whether there is money left for the big lane.
   * @default always
   */
  readonly isAffordable?: (context: LaneContext) => boolean;
}

/**
 * Drops decisions for other lanes than `fast` that are not worth it. How long a tool works is learned from its earlier
 * calls; one that never ran is worth it. A lane that somebody asked for is always worth it.
 */
export const costAware =
  ({
    switchThresholdMs = 100,
    latencyBudgetMs = Number.POSITIVE_INFINITY,
    isAffordable = () => true,
  }: CostAwareConfig = {}): LaneRuleModifier =>
  (rule) =>
  (event, context) => {
    const decision = rule(event, context);
    if (!decision || decision.lane === 'fast' || isExplicit(decision)) return decision;
    const expectedMs = decision.tool === undefined ? undefined : context.toolMs.get(decision.tool);
    const isWorthIt = expectedMs === undefined || (expectedMs >= switchThresholdMs && expectedMs <= latencyBudgetMs);
    return isWorthIt && isAffordable(context) ? decision : undefined;
  };

/** How many words a follow-up has that says nothing by itself. */
const longestFollowUp = 5;
const followUps = ['and', 'what about', 'how about', 'and for', 'y', 'que tal', 'que hay de', 'entonces'];

/**
 * Minds the conversation: a short follow-up ("and tomorrow?") to an answer of the big lane belongs there too, and while the
 * assistant is being heard decisions wait until it is not, unless somebody asked for them.
 */
export const contextual: LaneRuleModifier = (rule) => (event, context) => {
  const found = rule(event, context);
  const decision = found && found.lane !== 'fast' ? found : (followUp(context) ?? found);
  return decision && context.isHeard && !isExplicit(decision) ? { ...decision, whenQuiet: true } : decision;
};

const followUp = ({ utterance, answeredIn }: LaneContext): RuleDecision | undefined => {
  if (!utterance?.isFinal || answeredIn === 'fast') return undefined;
  const words = plainWords(utterance.text);
  if (words.length < 2 || words.length > longestFollowUp) return undefined;
  const said = `${words.join(' ')} `;
  return followUps.some((beginning) => said.startsWith(`${beginning} `))
    ? { lane: answeredIn, reason: 'follow_up', confidence: 0.75 }
    : undefined;
};

const isExplicit = ({ reason }: RuleDecision): boolean => reason === requestReason;
