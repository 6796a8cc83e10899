import { catchError, EMPTY, exhaustMap, last, map, type Observable, type ObservableInput, of } from 'rxjs';
import type { Epic } from '../src/epic.js';
import { estimateTokens } from '../src/estimate-tokens.js';
import type { VoiceEvent } from '../src/events.js';
import { replayItem } from '../src/replay-item.js';
import type { ConversationItem } from '../src/state/conversation.js';
import { toArray } from '../src/state/item-list.js';
import type { SessionState } from '../src/state/session-state.js';
import { type TranscriptLine, transcriptOf } from '../src/state/transcript.js';
import { wholeText } from '../src/whole-text.js';
import { ofType } from './ofType.js';

/** What is to be put in short. */
export interface ToSummarize {
  /** What was said since the last summary, up to where this one is to reach. */
  readonly lines: readonly TranscriptLine[];
  /** The last summary, which the new one replaces; undefined for the first. */
  readonly before: string | undefined;
}

/** Settings of `summarizeConversation`. */
export interface SummarizeConfig {
  /**
   * How many tokens, estimated, the conversation may have since the last summary before there is another.
   * @default 9000: three quarters of what `restore` takes along
   */
  readonly thresholdTokens?: number;
  /**
   * How many tokens of the latest items are left as they are.
   * @default 3000
   */
  readonly keepTokens?: number;
}

/**
 * The epic that puts a long conversation in short, for the day on which it is rebuilt in another session. When it is longer than
 * `thresholdTokens` at the end of a response, asks `summarize`, and says `conversation.summarized` with the last text that comes; `restore` then
 * sends that in place of the items.
 *
 * One summary at a time. An error of `summarize` becomes `diagnostic.epic_failed`, and the next response tries again; so does one that
 * says nothing. The session that runs is left as it is.
 *
 * @param summarize Gives the summary; unsubscribed when the conversation ends.
 * @throws RangeError on call, unless 0 <= keepTokens < thresholdTokens.
 */
export const summarizeConversation = (
  summarize: (toSummarize: ToSummarize) => ObservableInput<string>,
  { thresholdTokens = 9000, keepTokens = 3000 }: SummarizeConfig = {},
): Epic => {
  if (!(keepTokens >= 0 && keepTokens < thresholdTokens)) {
    throw new RangeError(`summarizeConversation: 0 <= keepTokens < thresholdTokens, got ${keepTokens} and ${thresholdTokens}`);
  }

  return (events$, state) =>
    events$.pipe(
      ofType('response.done'),
      exhaustMap((): Observable<VoiceEvent> => {
        const throughItemId = endOf(sinceSummary(state()), state(), thresholdTokens, keepTokens);
        return throughItemId === undefined ? EMPTY : summaryOf(summarize, state(), throughItemId);
      }),
    );
};

const summaryOf = (
  summarize: (toSummarize: ToSummarize) => ObservableInput<string>,
  state: SessionState,
  throughItemId: string,
): Observable<VoiceEvent> => {
  const ids = sinceSummary(state).map(({ id }) => id);
  const told = new Set(ids.slice(0, ids.indexOf(throughItemId) + 1));
  const words = state.playout.isPresent ? 'heard' : 'received';
  const lines = transcriptOf(state, { words }).filter(({ itemId }) => told.has(itemId));
  try {
    return wholeText(summarize({ lines, before: state.conversation.summary?.text })).pipe(
      last(() => true, ''),
      exhaustMap((text) => (text === '' ? EMPTY : of(text))),
      map((text): VoiceEvent => ({ type: 'conversation.summarized', text, throughItemId })),
      catchError((error: unknown) => of(failed(error))),
    );
  } catch (error) {
    return of(failed(error));
  }
};

const failed = (error: unknown): VoiceEvent => ({ type: 'diagnostic.epic_failed', error, restarted: true });

/** Items that no summary is about. */
const sinceSummary = ({ conversation: { items, summary } }: SessionState): readonly ConversationItem[] => {
  const all = toArray(items);
  return all.slice(all.findIndex(({ id }) => id === summary?.throughItemId) + 1);
};

/** The last item that is not among the latest; undefined while the items are not too many. */
const endOf = (
  items: readonly ConversationItem[],
  state: SessionState,
  thresholdTokens: number,
  keepTokens: number,
): string | undefined => {
  const costs = items.map((held) => {
    const replayed = replayItem(state, held);
    return replayed ? estimateTokens(replayed.item, replayed.ms) : 0;
  });
  if (costs.reduce((sum, cost) => sum + cost, 0) <= thresholdTokens) return undefined;
  let kept = 0;
  const first = costs.findLastIndex((cost) => {
    kept += cost;
    return kept > keepTokens;
  });
  return items[first]?.id;
};
