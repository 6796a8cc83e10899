import { concat, concatMap, from, ignoreElements, map, merge, type Observable, tap } from 'rxjs';
import { type CalledTool, calledIn, callTypes, openCalls } from '../src/called-tools.js';
import type { Command, OfType, VoiceEvent } from '../src/events.js';
import { failedOutcome } from '../src/run-tool.js';
import { type SessionState, sessionState } from '../src/state/session-state.js';
import { abandoned } from '../src/tool-job.js';
import { answerCalls } from './answerCalls.js';
import { ofType } from './ofType.js';

/** What becomes of the function calls that epics of a lane have begun, when the lane is left. */
export interface LaneCalls {
  /** Tells the model of calls that it learns of late. To be subscribed ahead of all else. */
  readonly following$: Observable<Command | VoiceEvent>;
  /** The state with what was noted and is still on its way: calls that the epics of the lane before have just begun are begun. */
  readonly state: () => SessionState;
  /** Notes which calls an epic begins and ends. */
  readonly note: (entry: Command | VoiceEvent) => void;
  /** The lane is left, and its epics are gone. */
  readonly leave: () => void;
  /** Ends what they have left open, as cancelled, but for what epics of the next lane have ended. */
  readonly abandon: () => Observable<Command | VoiceEvent>;
}

const endings = ['tool.succeeded', 'tool.failed', 'tool.timed_out'] as const;

const isEnding = (entry: Command | VoiceEvent): entry is OfType<VoiceEvent, (typeof endings)[number]> =>
  endings.some((type) => type === entry.type);

/** Ends the calls of epics that are gone: each is told once, and no conversation waits for them. */
export const laneCalls = (events$: Observable<VoiceEvent>, state: () => SessionState): LaneCalls => {
  const answer = answerCalls(events$, state);
  /** Names by ids: of the lane's calls, of those that a lane has left open, and of those that the model is still to be told of. */
  let open = new Map<string, string>();
  let left = new Map<string, string>();
  const untold = new Map<string, string>();
  let underway: readonly VoiceEvent[] = [];

  const tell = (called: CalledTool): Observable<Command | VoiceEvent> | readonly Command[] => {
    const { call } = called;
    const name = untold.get(call.callId);
    if (name === undefined) return [];
    untold.delete(call.callId);
    answer.take(called);
    return answer.output(call.callId, failedOutcome(call, abandoned(name)).output);
  };

  return {
    following$: merge(
      answer.following$,
      events$.pipe(
        ofType(...callTypes),
        map((event) => calledIn(event, state().conversation)),
        concatMap((called) => (called ? tell(called) : [])),
      ),
      events$.pipe(
        ofType('tool.invoked', ...endings),
        tap((event) => {
          underway = underway.filter((other) => other !== event);
        }),
        ignoreElements(),
      ),
    ),
    state: () => underway.reduce(sessionState, state()),
    note(entry) {
      if (entry.type === 'tool.invoked') open.set(entry.callId, entry.functionName);
      else if (isEnding(entry)) {
        open.delete(entry.callId);
        left.delete(entry.callId);
      } else return;
      underway = [...underway, entry];
    },
    leave() {
      left = open;
      open = new Map();
    },
    abandon() {
      const events = [...left].map(([callId, name]): VoiceEvent => {
        untold.set(callId, name);
        return { type: 'tool.failed', functionName: name, callId, error: abandoned(name) };
      });
      left.clear();
      underway = [...underway, ...events];
      const known = openCalls(state().conversation);
      return concat(events, from(known).pipe(concatMap(tell)));
    },
  };
};
