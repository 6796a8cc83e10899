import {
  catchError,
  concat,
  concatMap,
  connect,
  defer,
  endWith,
  filter,
  finalize,
  from,
  ignoreElements,
  map,
  merge,
  mergeMap,
  type Observable,
  type ObservableInput,
  of,
  switchMap,
  take,
  takeUntil,
  takeWhile,
  tap,
  throwError,
  timeout,
  timer,
} from 'rxjs';
import type { Millis } from '../src/audio.js';
import type { Epic } from '../src/epic.js';
import { EngineError, StreamError, ToolError } from '../src/errors.js';
import type { Command, VoiceEvent } from '../src/events.js';
import { sentences } from '../src/sentences.js';
import { createSpokenAnswer, sayingKey, spokenTypes } from '../src/spoken-answer.js';
import type { ConversationState } from '../src/state/conversation.js';
import type { SessionState } from '../src/state/session-state.js';
import { ofType } from './ofType.js';
import { understood } from './understood.js';

/**
 * What answers in place of the session's model: another model, business logic. Text that comes in pieces is said sentence
 * by sentence.
 */
export type Delegate = (conversation: ConversationState, signal: AbortSignal) => ObservableInput<string>;

export interface DelegateTurnsConfig {
  readonly delegate: Delegate;
  /**
   * What is said when the delegate takes its time; of several, one after the other, turn by turn.
   * @default nothing
   */
  readonly filler?: string | readonly string[];
  /**
   * How long the delegate may think before the filler is said, in milliseconds.
   * @default 700
   */
  readonly fillerAfterMs?: Millis;
  /**
   * How long to wait for words of the delegate, the first ones and each that follow, in milliseconds; above 0.
   * @default 10000
   */
  readonly timeoutMs?: Millis;
  /**
   * How long to wait for the transcript of the user's turn before the delegate is asked, where the session has transcription,
   * in milliseconds.
   * @default 2000
   */
  readonly patienceMs?: Millis;
  /**
   * What the conversation is told that was said: what the loudspeaker has played, or all. Without a playout nothing is ever heard.
   * @default 'heard'
   */
  readonly words?: 'heard' | 'received';
}

/** Words of an answer, or its untimely end. */
type Piece = { readonly words: string; readonly isFiller: boolean } | { readonly error: EngineError };

/** The session's own model answers a turn that a delegate has failed to answer. */
const fallback: Command = { type: 'response.create', response: { metadata: { rxvox_turn: 'delegation_failed' } } };

/** Whether a command asks the session's own model to answer in place of a delegate that has failed; gates let it pass. */
export const isFallback = (command: Command): boolean =>
  command.type === 'response.create' && command.response?.metadata?.rxvox_turn === 'delegation_failed';

/**
 * The epic of delegation: answers a turn that was handed on (`turn.delegated`) with the words of `delegate`, spoken by the
 * session as they are, in out-of-band responses one after the other; then adds what was heard of it to the conversation, so that the
 * model knows it. Says a filler first where the delegate takes longer than `fillerAfterMs`.
 *
 * When the user interrupts (`playout.flushed`), or the next turn is handed on, the delegate's signal is aborted and nothing more is said.
 * When it throws, is silent for too long, or its words cannot be said, the session's own model answers, unless words of the
 * delegate's were said already. Says `turn.delegation_ended` or `turn.delegation_failed`, once a turn; `realtime` waits for it before it ends.
 * Belongs among the epics of the conversation, for a turn is answered whatever becomes of the lane.
 *
 * @throws RangeError on call, when `timeoutMs` is not above 0, or `fillerAfterMs` or `patienceMs` is negative.
 */
export const delegateTurns = ({
  delegate,
  filler = [],
  fillerAfterMs = 700,
  timeoutMs = 10_000,
  patienceMs = 2000,
  words = 'heard',
}: DelegateTurnsConfig): Epic => {
  if (!(timeoutMs > 0)) throw new RangeError(`delegateTurns: timeoutMs must be above 0, got ${timeoutMs}`);
  if (!(fillerAfterMs >= 0)) throw new RangeError(`delegateTurns: fillerAfterMs must be >= 0, got ${fillerAfterMs}`);
  if (!(patienceMs >= 0)) throw new RangeError(`delegateTurns: patienceMs must be >= 0, got ${patienceMs}`);
  const fillers = typeof filler === 'string' ? [filler] : filler;

  return (events$, state) =>
    defer(() => {
      const user = understood(events$, state, patienceMs);
      let turns = 0;
      let sayings = 0;
      /** Responses that were silenced here: their end is no interruption of the next turn. */
      const silenced = new Set<string>();
      const noted = (commands: readonly Command[]): readonly Command[] => {
        for (const command of commands)
          if (command.type === 'playout.flush') command.responseIds?.forEach((id) => silenced.add(id));
        return commands;
      };

      const pieces = (turn: number): Observable<Piece> =>
        user.when().pipe(
          switchMap(() => ask(delegate, state().conversation, timeoutMs)),
          connect((words$) => merge(words$, silence(words$, fillerAfterMs, fillers[turn % fillers.length]))),
        );

      const answer = (turn: number): Observable<Command | VoiceEvent> => {
        const spoken = createSpokenAnswer(words);
        let isStopped = false;

        const say = (piece: Piece): Observable<Command> => {
          if ('error' in piece) return throwError(() => piece.error);
          const id = `${++sayings}`;
          const said$ = outcome(id, events$, state).pipe(
            tap(() => spoken.said(id)),
            ignoreElements(),
          );
          return merge(said$, of(spoken.say(piece.words, id, piece.isFiller)));
        };
        const stop$ = events$.pipe(
          ofType('playout.flushed', 'turn.delegated'),
          filter((event) => event.type === 'turn.delegated' || !event.responseIds.some((id) => silenced.delete(id))),
          tap(() => {
            isStopped = true;
          }),
        );
        const end = (): readonly (Command | VoiceEvent)[] =>
          isStopped
            ? [...noted(spoken.stop()), { type: 'turn.delegation_ended', reason: 'interrupted' }]
            : [...spoken.close(), { type: 'turn.delegation_ended', reason: 'answered' }];
        const fail = (error: unknown): readonly (Command | VoiceEvent)[] => [
          ...spoken.close(),
          { type: 'turn.delegation_failed', error: asEngineError(error) },
          ...(spoken.isBegun ? [] : [fallback]),
        ];

        return merge(
          events$.pipe(
            ofType(...spokenTypes),
            map((event) => spoken.follow(event)),
            takeWhile((commands) => commands.length > 0 || !spoken.isOver, true),
            concatMap(noted),
          ),
          concat(pieces(turn).pipe(concatMap(say), takeUntil(stop$)), defer(end)).pipe(catchError(fail)),
        );
      };

      return merge(
        user.following$,
        events$.pipe(
          ofType('turn.delegated'),
          mergeMap(() => answer(turns++)),
        ),
      );
    });
};

/** The words of the delegate, and its failure after them. Its signal is aborted unless it has said all. */
const ask = (delegate: Delegate, conversation: ConversationState, timeoutMs: Millis): Observable<Piece> =>
  defer(() => {
    const controller = new AbortController();
    let isOver = false;
    return from(delegate(conversation, controller.signal)).pipe(
      timeout({ each: timeoutMs, with: () => throwError(() => late(timeoutMs)) }),
      tap({
        complete() {
          isOver = true;
        },
      }),
      finalize(() => {
        if (!isOver) controller.abort();
      }),
    );
  }).pipe(
    sentences(),
    map((words): Piece => ({ words, isFiller: false })),
    catchError((error: unknown) => of<Piece>({ error: asEngineError(error) })),
  );

/** The filler, when there is nothing else for so long. */
const silence = (words$: Observable<Piece>, fillerAfterMs: Millis, filler: string | undefined): Observable<Piece> =>
  filler === undefined
    ? of()
    : timer(fillerAfterMs).pipe(
        map((): Piece => ({ words: filler, isFiller: true })),
        takeUntil(words$.pipe(endWith(undefined))),
      );

/** Emits once when a response has said its words; errors when it did not. */
const outcome = (id: string, events$: Observable<VoiceEvent>, state: () => SessionState): Observable<unknown> =>
  merge(
    events$.pipe(
      ofType('response.done'),
      filter(({ response }) => response.metadata?.[sayingKey] === id),
      map(({ response: { status } }) => status === 'completed'),
    ),
    events$.pipe(
      ofType('error'),
      map(() => state().conversation.refused),
      filter((refused) => refused?.type === 'response.create' && refused.response?.metadata?.[sayingKey] === id),
      map(() => false),
    ),
  ).pipe(
    take(1),
    tap((isSaid) => {
      if (!isSaid) throw new StreamError('delegateTurns: the session did not say the words', { code: 'server_error' });
    }),
  );

const late = (timeoutMs: Millis): ToolError =>
  new ToolError(`delegateTurns: no words of the delegate within ${timeoutMs} ms`, { code: 'timeout' });

const asEngineError = (cause: unknown): EngineError =>
  cause instanceof EngineError ? cause : new ToolError('delegateTurns: the delegate threw', { code: 'threw', cause });
