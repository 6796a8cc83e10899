import { concat, defer, EMPTY, type Observable, of, switchMap, take, throwError } from 'rxjs';
import { EngineError, StreamError } from '../errors.js';
import type { VoiceEvent } from '../events.js';
import { type Acknowledged, confirmedBy } from '../state/acknowledgements.js';
import type { SessionState } from '../state/session-state.js';
import { refusal } from './event-failure.js';

/**
 * What becomes of a command that is about to be sent: emits once when the provider has answered it, also in a later session, and errors with
 * `StreamError` when it has refused it (`invalid_request`) or knows nothing of the kind (`unsupported`), with `EngineError` (`NOT_CONNECTED`) when the conversation ends before that.
 *
 * @param command No other command of the conversation has its `event_id`.
 */
export const acknowledged = (
  command: Acknowledged & { readonly event_id: string },
  event$: Observable<VoiceEvent>,
  state: () => SessionState,
): Observable<true> =>
  defer(() => {
    let isPending = false;

    const judge = (event: VoiceEvent): Observable<true> => {
      if (event.type === 'error' && event.error.event_id === command.event_id) return throwError(() => refusal(event.error));
      if (event.type === 'diagnostic.command_unsupported' && event.commandType === command.type) {
        return throwError(() => unsupported(command.type));
      }
      const wasPending = isPending;
      isPending = state().conversation.unacknowledged.some(({ event_id }) => event_id === command.event_id);
      // A session that is lost answers nothing; the next is told again.
      const isLost = event.type === 'connection.lost' || event.type === 'connection.rotating';
      // Its answer may be the first event since it was sent.
      const isAnswer = wasPending || confirmedBy([command], event) !== undefined;
      return isAnswer && !isPending && !isLost && state().connection.status === 'ready' ? of(true) : EMPTY;
    };
    return concat(
      event$.pipe(switchMap(judge)),
      throwError(() => ended()),
    ).pipe(take(1));
  });

const unsupported = (type: string): StreamError => new StreamError(`the provider has no ${type}`, { code: 'unsupported' });

const ended = (): EngineError =>
  new EngineError('the conversation ended before the provider answered', { code: 'NOT_CONNECTED', retryable: true });
