import { EMPTY, map, type Observable, of, switchMap, take } from 'rxjs';
import type { Epic } from '../src/epic.js';
import type { Command } from '../src/events.js';
import { ofType } from './ofType.js';

/**
 * The epic that asks again: a `response.create` that the service refused because a response of its own was running (its
 * turn detection was quicker) is sent again when that is done.
 */
export const repeatRefused: Epic = (events$, state) =>
  events$.pipe(
    ofType('error'),
    switchMap(({ error }): Observable<Command> => {
      const { refused, activeResponseId } = state().conversation;
      if (error.code !== 'conversation_already_has_active_response' || refused?.type !== 'response.create') return EMPTY;
      const { event_id: _, ...again } = refused;
      // sequenceResponses holds it while the response runs; one that is not known yet must be waited for.
      return activeResponseId === undefined
        ? events$.pipe(
            ofType('response.done'),
            take(1),
            map(() => again),
          )
        : of(again);
    }),
  );
