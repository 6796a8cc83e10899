import {
  catchError,
  defaultIfEmpty,
  defer,
  finalize,
  from,
  isObservable,
  map,
  merge,
  type Observable,
  type ObservableInput,
  of,
  take,
  takeLast,
} from 'rxjs';
import type { Millis } from './audio.js';
import { clock } from './clock.js';
import * as E from './either.js';
import { ToolError } from './errors.js';
import type { ToolFailed, ToolSucceeded, ToolTimedOut } from './events.js';
import type { PreparedCall } from './tool.js';
import { failureOutput, outputOf } from './tool-output.js';
import type { ToolCall } from './tool-rounds.js';
import { wait } from './wait.js';

/** How a call ended: what the model is told, and what everybody else. */
export interface ToolOutcome {
  readonly output: string;
  readonly event: ToolSucceeded | ToolFailed | ToolTimedOut;
}

/**
 * Runs a tool on subscription, and emits how it ended, once; never errors. Its signal is aborted when it ran too long, when
 * `cancel$` emits, and on unsubscription.
 */
export const runTool = (
  call: ToolCall,
  { run }: PreparedCall,
  { timeoutMs, cancel$ }: { readonly timeoutMs: Millis; readonly cancel$: Observable<unknown> },
): Observable<ToolOutcome> =>
  defer(() => {
    const startedAt = clock.now();
    const result$ = invoke((signal) => run({ signal, callId: call.callId })).pipe(
      map((result) => resultOutcome(call, result, clock.now() - startedAt)),
      catchError((cause: unknown) => of(threw(call, cause))),
    );
    return merge(
      cancel$.pipe(map(() => cancelled(call))),
      wait(timeoutMs).pipe(map(() => timedOut(call, timeoutMs))),
      result$,
    ).pipe(take(1));
  });

/** How a call ends that cannot run. */
export const failedOutcome = ({ callId, name }: ToolCall, error: ToolError): ToolOutcome => ({
  output: failureOutput(error),
  event: { type: 'tool.failed', functionName: name, callId, error },
});

export const cancelled = (call: ToolCall): ToolOutcome =>
  failedOutcome(call, new ToolError(`tool ${call.name}: cancelled before it had a result`, { code: 'cancelled' }));

const threw = (call: ToolCall, cause: unknown): ToolOutcome =>
  failedOutcome(call, new ToolError(`tool ${call.name}: threw`, { code: 'threw', cause }));

const timedOut = ({ callId, name }: ToolCall, timeoutMs: Millis): ToolOutcome => ({
  output: failureOutput(new ToolError(`tool ${name}: no result within ${timeoutMs} ms`, { code: 'timeout' })),
  event: { type: 'tool.timed_out', functionName: name, callId, timeoutMs },
});

const resultOutcome = (call: ToolCall, result: unknown, durationMs: Millis): ToolOutcome => {
  const { callId, name } = call;
  const output = outputOf(name, result);
  return E.isLeft(output)
    ? failedOutcome(call, output.left)
    : { output: output.right, event: { type: 'tool.succeeded', functionName: name, callId, durationMs } };
};

const invoke = (run: (signal: AbortSignal) => ObservableInput<unknown> | unknown): Observable<unknown> =>
  defer(() => {
    const controller = new AbortController();
    let hasResult = false;
    return observed(run(controller.signal)).pipe(
      takeLast(1),
      defaultIfEmpty(undefined),
      map((result) => {
        hasResult = true;
        return result;
      }),
      finalize(() => {
        if (!hasResult) controller.abort();
      }),
    );
  });

/** What a function of the application gives: waited for where that is meant, else as it is. */
export const observed = (given: ObservableInput<unknown> | unknown): Observable<unknown> =>
  isAwaited(given) ? from(given) : of(given);

/** Lists and strings are results, though rxjs would take them apart. */
const isAwaited = (given: unknown): given is ObservableInput<unknown> =>
  isObservable(given) ||
  (typeof given === 'object' &&
    given !== null &&
    (('then' in given && typeof given.then === 'function') || Symbol.asyncIterator in given || 'getReader' in given));
