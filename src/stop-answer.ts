import { concat, concatMap, filter, from, type Observable, take } from 'rxjs';
import type { Command, VoiceEvent } from './events.js';
import type { SessionState } from './state/session-state.js';
import { isAsked } from './state/unheard.js';

export interface StopAnswerConfig {
  /**
   * Whether the service cancels the response by itself.
   * @default never
   */
  readonly isCancelled?: (state: SessionState) => boolean;
}

/**
 * The commands that stop the assistant: what is queued is thrown away, with what still comes of the response, and the response is cancelled; one
 * that was asked for and has not begun, as soon as it does. Completes then.
 */
export const stopAnswer = (
  events$: Observable<VoiceEvent>,
  state: () => SessionState,
  { isCancelled = () => false }: StopAnswerConfig = {},
): Observable<Command> => {
  const stop = (): readonly Command[] => cancellation(state(), isCancelled);
  if (state().conversation.activeResponseId !== undefined || !isAsked(state())) return from(stop());
  const begun$ = events$.pipe(
    filter((event) => event.type === 'response.created' && event.response.conversation_id !== null),
    take(1),
  );
  return concat(stop(), begun$.pipe(concatMap(stop)));
};

const cancellation = (state: SessionState, isCancelled: (state: SessionState) => boolean): readonly Command[] => {
  const { activeResponseId } = state.conversation;
  if (activeResponseId === undefined) return [{ type: 'playout.flush' }];
  const flush: Command = { type: 'playout.flush', responseIds: [activeResponseId] };
  return isCancelled(state) ? [flush] : [flush, { type: 'response.cancel' }];
};
