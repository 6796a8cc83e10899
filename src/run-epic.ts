import { catchError, defer, EMPTY, type Observable } from 'rxjs';
import type { Epic } from './epic.js';
import type { Command, EpicFailed, VoiceEvent } from './events.js';
import type { SessionState } from './state/session-state.js';

/** What the epic emits; when it throws, says so and starts it once more. Never errors. */
export const runEpic = (
  epic: Epic,
  events$: Observable<VoiceEvent>,
  state: () => SessionState,
  failed: (event: EpicFailed) => void,
): Observable<Command | VoiceEvent> =>
  defer(() => {
    let restarted = false;
    return defer(() => epic(events$, state)).pipe(
      catchError((error: unknown, again) => {
        restarted = !restarted;
        failed({ type: 'diagnostic.epic_failed', error, restarted });
        return restarted ? again : EMPTY;
      }),
    );
  });
