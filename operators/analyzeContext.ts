import { concatMap, defer, type OperatorFunction } from 'rxjs';
import type { Millis } from '../src/audio.js';
import { clock } from '../src/clock.js';
import type { LaneDecision, VoiceEvent } from '../src/events.js';
import { initialNotes, type LaneNotes, laneNotes } from '../src/lane-notes.js';
import { firstOf, type LaneRule, type RuleDecision } from '../src/lane-rules.js';
import { itemOf } from '../src/state/conversation.js';
import { initialState, type SessionState, sessionState } from '../src/state/session-state.js';

/** Settings of `analyzeContext`. */
export interface AnalyzeContextConfig {
  /**
   * The state of the session, `realtime`'s for example.
   * @default folded from the events themselves
   */
  readonly state?: () => SessionState;
  /**
   * The lane in which the conversation begins.
   * @default 'fast'
   */
  readonly lane?: string;
}

/**
 * Decides which lane a conversation needs, by rules.
 *
 * Each event is shown to the rules in order; the first that finds something decides. The same is decided once for the same words.
 * A decision that is to wait until the assistant is not heard any more is replaced by a later one. A rule that throws has
 * found nothing. What a later session is told again is not judged again. Emits in the tick of the event; completes and errors with its source.
 *
 * @param rules For example `[explicitRequest, functionCall, multimodal, predictive()(toolVocabulary(tools)), plainTalk]`.
 */
export const analyzeContext = (
  rules: readonly LaneRule[],
  { state, lane = 'fast' }: AnalyzeContextConfig = {},
): OperatorFunction<VoiceEvent, LaneDecision> => {
  const decide = firstOf(...rules.map(guarded));

  return (source) =>
    defer(() => {
      const startedAt = clock.now();
      let folded = initialState;
      let notes: LaneNotes = initialNotes(lane, startedAt);
      let told = '';
      let waiting: RuleDecision | undefined;

      const found = (event: VoiceEvent): RuleDecision | undefined => {
        if (!state) folded = sessionState(folded, event);
        if (isReplayed(event, state?.() ?? folded)) return undefined;
        notes = laneNotes(notes, event, clock.now());
        const { switchedAt, tools, ...known } = notes;
        const context = { ...known, sinceSwitchMs: clock.now() - switchedAt, toolMs: tools.meanMs, state: state?.() ?? folded };
        const decision = decide(event, context);
        if (decision?.whenQuiet) {
          waiting = decision;
          return undefined;
        }
        if (decision) waiting = undefined;
        if (decision || notes.isHeard || !waiting) return decision;
        const late = waiting;
        waiting = undefined;
        return late;
      };

      return source.pipe(
        concatMap((event) => {
          const decision = found(event);
          if (!decision) return [];
          const { tool: _, whenQuiet: __, ...rest } = decision;
          const about = subjectOf(event, notes);
          const key = `${about} ${rest.lane} ${rest.reason}`;
          if (about !== '' && key === told) return [];
          told = key;
          const itemId = notes.utterance?.itemId;
          return [{ ...rest, at: clock.now() satisfies Millis, ...(itemId === undefined ? {} : { itemId }) }];
        }),
      );
    });
};

/** Whether a later session says that it has what the user said before: that was judged when it was said. */
const isReplayed = (event: VoiceEvent, { conversation }: SessionState): boolean =>
  (event.type === 'conversation.item.added' || event.type === 'conversation.item.created') &&
  itemOf(conversation, event.item.id ?? '')?.origin === 'replayed';

/** What a decision is about, where several events tell of the same. */
const subjectOf = (event: VoiceEvent, { utterance }: LaneNotes): string => {
  if (utterance) return utterance.itemId;
  return event.type === 'response.output_item.added' || event.type === 'response.output_item.done' ? (event.item.id ?? '') : '';
};

const guarded =
  (rule: LaneRule): LaneRule =>
  (event, context) => {
    try {
      return rule(event, context);
    } catch {
      return undefined;
    }
  };
