import { estimateTokens } from './estimate-tokens.js';
import type { ReplayedItem } from './replay-item.js';
import type { ConversationItem } from './state/conversation.js';

/** An item of the state, with what the session is to get for it. */
export interface Candidate {
  readonly held: ConversationItem;
  /** Undefined for what the session has already. */
  readonly replayed: ReplayedItem | undefined;
}

/** Calls without an output that came or will, and outputs without a call, are left out. */
export const inPairs = (
  candidates: readonly Candidate[],
  isPending: (held: ConversationItem) => boolean,
): readonly Candidate[] => {
  const idsOf = (type: 'function_call' | 'function_call_output') =>
    new Set(candidates.flatMap(({ held: { item } }) => (item.type === type ? [item.call_id] : [])));
  const calls = idsOf('function_call');
  const outputs = idsOf('function_call_output');
  return candidates.filter(({ held }) => {
    if (held.item.type === 'function_call') return isPending(held) || outputs.has(held.item.call_id);
    return held.item.type !== 'function_call_output' || calls.has(held.item.call_id);
  });
};

/** The newest that fit, and those that must be there. */
export const withinBudget = (
  candidates: readonly Candidate[],
  budgetTokens: number,
  isPinned: (held: ConversationItem) => boolean,
): readonly Candidate[] => {
  const isFree = ({ held, replayed }: Candidate): boolean => replayed === undefined || isPinned(held);
  const cost = ({ replayed }: Candidate): number => (replayed ? costOf(replayed) : 0);
  let rest = candidates.filter(isFree).reduce((left, candidate) => left - cost(candidate), budgetTokens);
  let first = candidates.length;
  for (let at = candidates.length - 1; at >= 0; at--) {
    const candidate = candidates[at];
    if (!candidate || isFree(candidate)) continue;
    rest -= cost(candidate);
    if (rest < 0) break;
    first = at;
  }
  const fitting = candidates.filter((candidate, at) => at >= first || isFree(candidate));
  return inPairs(fitting, isPinned);
};

/** About how many tokens it takes. */
export const costOf = ({ item, ms }: ReplayedItem): number => estimateTokens(item, ms);
