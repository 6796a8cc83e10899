import { concat, concatMap, defer, filter, map, merge, Observable, of, startWith, switchMap, tap } from 'rxjs';
import type { Epic } from '../src/epic.js';
import type { Command, VoiceEvent } from '../src/events.js';
import type { Lane } from '../src/lane.js';
import { expectedSettings, lanePatches, settingsOf } from '../src/lane-patch.js';
import { runEpic } from '../src/run-epic.js';
import type { SessionState } from '../src/state/session-state.js';
import type { SessionPatch } from '../src/wire/session.js';
import { laneCalls } from './laneCalls.js';
import { ofType } from './ofType.js';

/**
 * The epic that lets session and epics follow the lanes: on `lane.switched` it sends the settings of the new lane, says `lane.entered`, ends the
 * epics of the old one and starts those of the new one, which first act on the state. Begins with the first of `lanes`, as `switchLanes` does.
 *
 * Each `session.update` names every setting that any lane names. What the lane itself leaves open is set back to what it was before another lane
 * changed it: as the session then was, with what had been sent and not yet been answered. Where it was not known yet, a further update follows
 * `session.created`, if one is needed. Lanes without settings send nothing.
 * An epic of a lane that throws is told by `diagnostic.epic_failed` and started once more; the others live on.
 * What epics have begun ends with their lane: function calls that are left open are told to the model as cancelled (`tool.failed`).
 *
 * @param lanes Those of `switchLanes`, in the same order. A lane that is not among them changes nothing.
 */
export const laneSession =
  (lanes: readonly Lane[]): Epic =>
  (events$, state) =>
    defer(() => {
      const patches = lanePatches(lanes);
      const calls = laneCalls(events$, state);

      const run = (lane: Lane): Observable<Command | VoiceEvent> =>
        concat(
          defer(() => update(patches.enter(lane, expectedSettings(state())))),
          of<VoiceEvent>({ type: 'lane.entered', lane: lane.name }),
          merge(
            events$.pipe(
              ofType('session.created'),
              concatMap(({ session }) => update(patches.learn(lane, settingsOf(session)))),
            ),
            runAll(lane.epics ?? [], events$, calls.state).pipe(tap(calls.note)),
            // After the new epics, which may have ended calls of the old ones by now.
            defer(calls.abandon),
          ),
        );

      return merge(
        calls.following$,
        events$.pipe(
          ofType('lane.switched'),
          map(({ to }) => lanes.find(({ name }) => name === to)),
          startWith(lanes[0]),
          filter((lane) => lane !== undefined),
          tap(calls.leave),
          switchMap(run),
        ),
      );
    });

const update = (session: SessionPatch | undefined): readonly Command[] => (session ? [{ type: 'session.update', session }] : []);

/** The epics side by side; one that throws hurts no other. */
const runAll = (
  epics: readonly Epic[],
  events$: Observable<VoiceEvent>,
  state: () => SessionState,
): Observable<Command | VoiceEvent> =>
  merge(
    ...epics.map(
      (epic) =>
        new Observable<Command | VoiceEvent>((subscriber) =>
          runEpic(epic, events$, state, (failed) => subscriber.next(failed)).subscribe(subscriber),
        ),
    ),
  );
