import {
  catchError,
  connect,
  defer,
  EMPTY,
  endWith,
  finalize,
  from,
  map,
  merge,
  type Observable,
  type ObservableInput,
  of,
  takeUntil,
  tap,
  throwError,
  timeout,
} from 'rxjs';
import type { Millis } from './audio.js';
import { EngineError, ToolError } from './errors.js';
import { sentences } from './sentences.js';
import type { ConversationState } from './state/conversation.js';
import { longestTimerMs, wait } from './wait.js';

/**
 * What answers in place of the session's model: another model, business logic. Text that comes in pieces is said sentence
 * by sentence.
 */
export type Delegate = (conversation: ConversationState, signal: AbortSignal) => ObservableInput<string>;

/** Words of an answer, or its untimely end. */
export type Piece = { readonly words: string; readonly isFiller: boolean } | { readonly error: EngineError };

export interface AskConfig {
  /** How long to wait for words, the first ones and each that follow. */
  readonly timeoutMs: Millis;
  /** Said when there is nothing else for `fillerAfterMs`. */
  readonly filler: string | undefined;
  readonly fillerAfterMs: Millis;
}

/** The words of the delegate, whole sentences, and its failure after them. Never errors; its signal is aborted unless it has said all. */
export const askDelegate = (
  delegate: Delegate,
  conversation: ConversationState,
  { timeoutMs, filler, fillerAfterMs }: AskConfig,
): Observable<Piece> =>
  wordsOf(delegate, conversation, timeoutMs).pipe(
    sentences(),
    map((words): Piece => ({ words, isFiller: false })),
    catchError((error: unknown) => of<Piece>({ error: failure(error) })),
    connect((words$) => merge(words$, silence(words$, fillerAfterMs, filler))),
  );

const wordsOf = (delegate: Delegate, conversation: ConversationState, timeoutMs: Millis): Observable<string> =>
  defer(() => {
    const controller = new AbortController();
    let isOver = false;
    return from(delegate(conversation, controller.signal)).pipe(
      timeout({ each: Math.min(timeoutMs, longestTimerMs), with: () => throwError(() => late(timeoutMs)) }),
      tap({
        complete() {
          isOver = true;
        },
      }),
      finalize(() => {
        if (!isOver) controller.abort();
      }),
    );
  });

/** The filler, when there is nothing else for so long. */
const silence = (words$: Observable<Piece>, fillerAfterMs: Millis, filler: string | undefined): Observable<Piece> =>
  filler === undefined
    ? EMPTY
    : wait(fillerAfterMs).pipe(
        map((): Piece => ({ words: filler, isFiller: true })),
        takeUntil(words$.pipe(endWith(undefined))),
      );

const late = (timeoutMs: Millis): ToolError =>
  new ToolError(`delegate: no words of the delegate within ${timeoutMs} ms`, { code: 'timeout' });

/** What went wrong, as an error of ours. */
export const failure = (cause: unknown): EngineError =>
  cause instanceof EngineError ? cause : new ToolError('delegate: threw', { code: 'threw', cause });
