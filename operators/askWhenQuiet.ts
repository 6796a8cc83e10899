import { EMPTY, filter, finalize, ignoreElements, map, type Observable, of, switchMap, take, takeUntil, tap, timer } from 'rxjs';
import type { Millis } from '../src/audio.js';
import type { Command, VoiceEvent } from '../src/events.js';
import { floorBegins, floorEnds, floorsAfter, noFloors } from '../src/floors.js';
import type { SessionState } from '../src/state/session-state.js';
import { isAsked } from '../src/state/unheard.js';
import { ofType } from './ofType.js';

/** How long a turn that has ended may take to be answered, before it is taken for one that is not. */
const patienceMs: Millis = 1000;

export interface AskWhenQuiet {
  /** Follows who speaks; emits nothing. To be subscribed ahead of all else. */
  readonly following$: Observable<never>;
  /** One `response.create`: at once, or when the user has spoken. */
  readonly ask: () => Observable<Command>;
  /** Whether that is at once. */
  readonly isQuiet: () => boolean;
}

/**
 * Asks for a response, but not into the midst of the user's words: these are then answered, and the answer sees
 * all that was to be said. Asks after all when nothing answers them within a second of their end.
 */
export const askWhenQuiet = (events$: Observable<VoiceEvent>, state: () => SessionState): AskWhenQuiet => {
  let floors = noFloors;
  let isWaiting = false;
  const create: Command = { type: 'response.create' };

  const later$: Observable<Command> = events$.pipe(
    ofType(...floorBegins, ...floorEnds),
    switchMap(() => (floors.size > 0 ? EMPTY : timer(patienceMs))),
    take(1),
    filter(() => state().conversation.activeResponseId === undefined && !isAsked(state())),
    map(() => create),
    takeUntil(
      events$.pipe(
        ofType('response.created', 'turn.delegated'),
        filter((event) => event.type === 'turn.delegated' || event.response.conversation_id !== null),
      ),
    ),
    finalize(() => {
      isWaiting = false;
    }),
  );

  const isQuiet = (): boolean => floors.size === 0;

  return {
    following$: events$.pipe(
      ofType(...floorBegins, ...floorEnds),
      tap(({ type }) => {
        floors = floorsAfter(floors, type);
      }),
      ignoreElements(),
    ),
    isQuiet,
    ask() {
      if (isQuiet()) return of(create);
      if (isWaiting) return EMPTY;
      isWaiting = true;
      return later$;
    },
  };
};
