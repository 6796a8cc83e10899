import { catchError, concat, defer, ignoreElements, of } from 'rxjs';
import type { Playout } from '../epic.js';
import { asEngineError } from './event-failure.js';

/** A playout that a conversation can do without: where it fails, it says `playout.failed`, and nothing sounds from then on. */
export const dispensablePlayout =
  (playout: Playout): Playout =>
  (input$) =>
    defer(() => playout(input$)).pipe(
      catchError((thrown: unknown) =>
        concat(
          of({ type: 'playout.failed' as const, error: asEngineError(thrown, 'the loudspeaker failed') }),
          input$.pipe(ignoreElements()),
        ),
      ),
    );
