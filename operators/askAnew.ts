import { concat, concatMap, defer, EMPTY, filter, map, merge, type Observable, of, switchMap, take } from 'rxjs';
import type { Epic } from '../src/epic.js';
import type { Command, VoiceEvent } from '../src/events.js';
import type { Lane } from '../src/lane.js';
import { itemOf } from '../src/state/conversation.js';
import { toArray } from '../src/state/item-list.js';
import type { SessionState } from '../src/state/session-state.js';
import { isAsked } from '../src/state/unheard.js';
import { askWhenQuiet } from './askWhenQuiet.js';
import { ofType } from './ofType.js';

/**
 * The epic of decisions that come late: when the user's words turn out to need another lane, and the answer was asked for in the old one already,
 * cancels that answer and asks again in the new lane. An answer of which a sample was heard goes on as it is: the new lane then
 * holds from the next turn.
 *
 * Lanes that answer alike, for they have the same settings, go on with the answer that there is.
 */
export const askAnew =
  (lanes: readonly Lane[]): Epic =>
  (events$, state) =>
    defer(() => {
      const quiet = askWhenQuiet(events$, state);
      const again$ = events$.pipe(
        ofType('lane.decided'),
        filter(({ itemId }) => itemId !== undefined),
        switchMap(({ lane }) => {
          const from = state().lanes.lane;
          return events$.pipe(
            ofType('lane.entered'),
            take(1),
            filter((entered) => entered.lane === lane && answerDifferently(lanes, from, lane)),
            switchMap(() => answerTo(events$, state)),
          );
        }),
        filter((responseId) => quiet.isQuiet() && isSilent(state(), responseId)),
        concatMap((responseId) => {
          const stop: readonly Command[] = [{ type: 'playout.flush', responseIds: [responseId] }, { type: 'response.cancel' }];
          const over$ = events$.pipe(
            ofType('response.done'),
            filter(({ response }) => response.id === responseId),
            take(1),
            // It was quicker than its end, and what comes of its calls is answered in the new lane anyway.
            filter(({ response: { status } }) => status !== 'completed' || !hasCalled(state(), responseId)),
          );
          return concat(
            stop,
            over$.pipe(
              concatMap(quiet.ask),
              map(() => answerIn(lanes, state().lanes.lane)),
            ),
          );
        }),
      );
      return merge(quiet.following$, again$);
    });

const answerIn = (lanes: readonly Lane[], lane: string): Command | VoiceEvent =>
  named(lanes, lane)?.delegation ? { type: 'turn.delegated', lane } : { type: 'response.create' };

const answerDifferently = (lanes: readonly Lane[], from: string, to: string): boolean => {
  const [before, after] = [named(lanes, from), named(lanes, to)];
  return (
    JSON.stringify(before?.session) !== JSON.stringify(after?.session) ||
    before?.delegation !== after?.delegation ||
    before?.provider !== after?.provider
  );
};

const named = (lanes: readonly Lane[], wanted: string): Lane | undefined => lanes.find(({ name }) => name === wanted);

/** The answer that runs, or was asked for, as soon as it is known. */
const answerTo = (events$: Observable<VoiceEvent>, state: () => SessionState): Observable<string> => {
  const { activeResponseId } = state().conversation;
  if (activeResponseId !== undefined) return of(activeResponseId);
  if (!isAsked(state())) return EMPTY;
  return events$.pipe(
    ofType('response.created'),
    filter(({ response }) => response.conversation_id !== null),
    take(1),
    map(({ response }) => response.id ?? ''),
  );
};

const hasCalled = ({ conversation }: SessionState, responseId: string): boolean =>
  toArray(conversation.items).some((item) => item.responseId === responseId && item.item.type === 'function_call');

/** Whether the answer is to be heard, and nothing of it was yet. */
const isSilent = ({ conversation, playout: { itemId, dropped } }: SessionState, responseId: string): boolean =>
  !dropped.includes(responseId) && (itemId === undefined || itemOf(conversation, itemId)?.responseId !== responseId);
