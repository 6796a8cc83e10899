import { concat, defer, map, merge, Observable, startWith, switchMap, tap } from 'rxjs';
import type { Epic } from '../src/epic.js';
import type { Command, VoiceEvent } from '../src/events.js';
import type { Lane } from '../src/lane.js';
import { expectedSettings, laneSettings, patchOf, settingsOf } from '../src/lane-patch.js';
import { runEpic } from '../src/run-epic.js';
import type { SessionState } from '../src/state/session-state.js';
import { laneCalls } from './laneCalls.js';
import { ofType } from './ofType.js';

/**
 * The epic that lets session and epics follow the lanes: on `lane.switched` it sends the settings of the new lane, ends the epics of the old
 * one and starts those of the new one, which first act on the state. Begins with the first of `lanes`, as `switchLanes` does.
 *
 * Each `session.update` names every setting that any lane names. What the lane itself leaves open is set back to what it was before another lane
 * changed it: as the session then was, with what had been sent and not yet been answered. Lanes without settings send nothing.
 * An epic of a lane that throws is told by `diagnostic.epic_failed` and started once more; the others live on.
 * What epics have begun ends with their lane: function calls that are left open are told to the model as cancelled (`tool.failed`).
 *
 * @param lanes Those of `switchLanes`, in the same order. A lane that is not among them changes nothing.
 */
export const laneSession =
  (lanes: readonly Lane[]): Epic =>
  (events$, state) =>
    defer(() => {
      const named = new Set(lanes.flatMap(({ session }) => [...settingsOf(session).keys()]));
      const base = new Map<string, unknown>();

      const update = (lane: Lane): readonly Command[] => {
        const own = settingsOf(lane.session);
        const before = expectedSettings(state());
        for (const path of own.keys()) if (!base.has(path) && before.has(path)) base.set(path, before.get(path));
        const session = laneSettings(own, named, base);
        return session.size > 0 ? [{ type: 'session.update', session: patchOf(session) }] : [];
      };

      const calls = laneCalls(events$, state);
      const run = ({ epics = [] }: Lane): Observable<Command | VoiceEvent> =>
        merge(
          runAll(epics, events$, calls.state).pipe(tap(calls.note)),
          // After the new epics, which may have ended calls of the old ones by now.
          defer(calls.abandon),
        );

      const lane$ = events$.pipe(
        ofType('lane.switched'),
        map(({ to }) => lanes.find(({ name }) => name === to)),
        startWith(lanes[0]),
      );
      return merge(
        calls.following$,
        lane$.pipe(
          tap(calls.leave),
          switchMap((lane) => (lane ? concat(update(lane), run(lane)) : calls.abandon())),
        ),
      );
    });

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
