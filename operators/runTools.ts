import {
  concat,
  concatMap,
  connect,
  defer,
  EMPTY,
  filter,
  ignoreElements,
  map,
  merge,
  mergeMap,
  type Observable,
  of,
  tap,
} from 'rxjs';
import type { Millis } from '../src/audio.js';
import * as E from '../src/either.js';
import type { Epic } from '../src/epic.js';
import type { Command, VoiceEvent } from '../src/events.js';
import { cancelled, failedOutcome, runTool, type ToolOutcome } from '../src/run-tool.js';
import { get } from '../src/state/persistent-map.js';
import { type FindTool, type Tool, toolsByName } from '../src/tool.js';
import { invoked, prepare, started, type ToolJob } from '../src/tool-job.js';
import type { ToolCall } from '../src/tool-rounds.js';
import { announcedCalls } from './announcedCalls.js';
import { answerCalls } from './answerCalls.js';
import { ofType } from './ofType.js';

/** Settings of `runTools`. */
export interface RunToolsConfig {
  /**
   * How long to wait for a tool that says nothing of its own, in milliseconds; above 0, `Infinity` for ever.
   * @default 10000
   */
  readonly timeoutMs?: Millis;
  /**
   * Whether calls run at the same time; otherwise one after the other, in the order in which the model made them.
   * @default true
   */
  readonly parallel?: boolean;
  /**
   * What becomes of calls when the user speaks: they go on, or are aborted and the model is told so.
   * @default 'finish'
   */
  readonly onBargeIn?: 'finish' | 'cancel';
}

/**
 * The epic of tools: runs what the model calls, tells it the results, and asks it to go on.
 *
 * A call runs once, whatever announces it again, also when the epic is started again: a call that an earlier start has
 * left unfinished is told to have been cancelled. Its output is sent when the service has finished the call's item. When
 * a response is done and all of its calls have their outputs, asks for one response: not when it was cancelled or failed,
 * and not while the user speaks, whose turn is then answered anyway. Whatever goes wrong is told to the model as
 * `{ "error": … }`. A switch of lanes that is to stop tools (`abortsTools`) aborts them. Calls of out-of-band responses are left to whoever asked for these.
 *
 * Says `tool.invoked`, `tool.started`, and `tool.succeeded`, `tool.failed` or `tool.timed_out`. `realtime` waits for calls
 * that were invoked before it ends. Unsubscribing aborts what runs.
 *
 * Belongs among the epics of the conversation (`realtime(…, { epics })`): then tools go on in the background whatever the
 * lane. Among the epics of a lane it ends with the lane, and so do its calls: `laneSession` tells that they were cancelled.
 *
 * @param tools What there is, or who finds a tool by its name at each call, where they come and go; declare the same ones to the service
 * with `toolDeclarations(tools)`.
 * @throws ConfigError on call, when two tools have the same name.
 * @throws RangeError on call, when `timeoutMs` is not above 0.
 */
export const runTools = (
  tools: readonly Tool[] | FindTool,
  { timeoutMs = 10_000, parallel = true, onBargeIn = 'finish' }: RunToolsConfig = {},
): Epic => {
  if (!(timeoutMs > 0)) throw new RangeError(`runTools: timeoutMs must be above 0, got ${timeoutMs}`);
  const find = typeof tools === 'function' ? tools : finderOf(tools);

  return (events$, state) =>
    defer(() => {
      const answer = answerCalls(events$, state);
      const cancel$ = cancellations(events$, onBargeIn);
      let interruptions = 0;

      const end = ({ callId }: ToolCall, { output, event }: ToolOutcome): Observable<Command | VoiceEvent> =>
        answer.output(callId, output, [event]);

      const announce = ({ call, prepared }: ToolJob): Observable<Command | VoiceEvent> =>
        E.isLeft(prepared) ? end(call, failedOutcome(call, prepared.left)) : of(invoked(call, prepared.right));

      const run = ({ call, prepared, ...job }: ToolJob): Observable<Command | VoiceEvent> => {
        if (E.isLeft(prepared)) return EMPTY;
        if (job.interruptions < interruptions) return end(call, cancelled(call));
        const limitMs = find(call.name)?.timeoutMs ?? timeoutMs;
        const outcome$ = runTool(call, prepared.right, { timeoutMs: limitMs, cancel$ });
        return concat(of(started(call)), outcome$.pipe(concatMap((outcome) => end(call, outcome))));
      };

      const jobs$ = announcedCalls(events$, state).pipe(
        filter((called) => get(state().tools.calls, called.call.callId) !== 'over' && answer.take(called)),
        map(({ call }): ToolJob => ({ call, prepared: prepare(call, find, state()), interruptions })),
      );

      return merge(
        answer.following$,
        cancel$.pipe(
          tap(() => interruptions++),
          ignoreElements(),
        ),
        jobs$.pipe(
          connect((each$) =>
            merge(each$.pipe(concatMap(announce)), each$.pipe(mergeMap(run, parallel ? Number.POSITIVE_INFINITY : 1))),
          ),
        ),
      );
    });
};

const finderOf = (tools: readonly Tool[]): FindTool => {
  const known = toolsByName(tools);
  return (name) => known.get(name);
};

/** What aborts calls that run. */
const cancellations = (events$: Observable<VoiceEvent>, onBargeIn: RunToolsConfig['onBargeIn']): Observable<VoiceEvent> =>
  merge(
    onBargeIn === 'cancel' ? events$.pipe(ofType('speech.started', 'input_audio_buffer.speech_started')) : EMPTY,
    events$.pipe(
      ofType('lane.switched'),
      filter(({ abortsTools }) => abortsTools === true),
    ),
  );
