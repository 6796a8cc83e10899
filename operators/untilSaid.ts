import { filter, ignoreElements, map, merge, type Observable, take, tap } from 'rxjs';
import { StreamError } from '../src/errors.js';
import type { VoiceEvent } from '../src/events.js';
import { sayingKey } from '../src/spoken-answer.js';
import type { SessionState } from '../src/state/session-state.js';
import { ofType } from './ofType.js';

/** Completes when the response that was asked to say words has said them; errors with `StreamError` when it did not, or was refused. */
export const untilSaid = (id: string, events$: Observable<VoiceEvent>, state: () => SessionState): Observable<never> =>
  merge(
    events$.pipe(
      ofType('response.done'),
      filter(({ response }) => response.metadata?.[sayingKey] === id),
      map(({ response: { status } }) => status === 'completed'),
    ),
    events$.pipe(
      ofType('error'),
      map(() => state().conversation.refused),
      filter((refused) => refused?.type === 'response.create' && refused.response?.metadata?.[sayingKey] === id),
      map(() => false),
    ),
  ).pipe(
    take(1),
    tap((isSaid) => {
      if (!isSaid) throw new StreamError('the session did not say the words', { code: 'server_error' });
    }),
    ignoreElements(),
  );
