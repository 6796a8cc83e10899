import { defer, filter, map, merge, type Observable } from 'rxjs';
import { type CalledTool, calledIn, callTypes, openCalls } from '../src/called-tools.js';
import type { VoiceEvent } from '../src/events.js';
import type { SessionState } from '../src/state/session-state.js';
import { ofType } from './ofType.js';

/** The calls that wait for their outputs, and those that are announced from then on, each as often as it is. */
export const announcedCalls = (events$: Observable<VoiceEvent>, state: () => SessionState): Observable<CalledTool> =>
  merge(
    defer(() => openCalls(state().conversation)),
    events$.pipe(
      ofType(...callTypes),
      map((event) => calledIn(event, state().conversation)),
      filter((called) => called !== undefined),
    ),
  );
