import {
  catchError,
  concat,
  concatMap,
  defer,
  filter,
  map,
  merge,
  mergeMap,
  type Observable,
  of,
  switchMap,
  takeUntil,
  takeWhile,
  tap,
  throwError,
} from 'rxjs';
import type { Millis } from '../src/audio.js';
import { askDelegate, type Delegate, failure, type Piece } from '../src/delegate.js';
import type { Epic } from '../src/epic.js';
import type { Command, VoiceEvent } from '../src/events.js';
import { createSpokenAnswer, spokenTypes } from '../src/spoken-answer.js';
import { ofType } from './ofType.js';
import { understood } from './understood.js';
import { untilSaid } from './untilSaid.js';

/** Settings of `delegateTurns`. */
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
  /**
   * The lane whose turns it answers.
   * @default all
   */
  readonly lane?: string;
}

/** The session's own model answers a turn that a delegate has failed to answer. */
const fallback: Command = { type: 'response.create' };

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
  lane,
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
        for (const command of commands) {
          if (command.type === 'playout.flush') for (const id of command.responseIds ?? []) silenced.add(id);
        }
        return commands;
      };

      const pieces = (turn: number): Observable<Piece> =>
        user.when().pipe(
          switchMap(() => {
            const turnFiller = fillers[turn % fillers.length];
            return askDelegate(delegate, state().conversation, { timeoutMs, filler: turnFiller, fillerAfterMs });
          }),
        );

      const answer = (turn: number): Observable<Command | VoiceEvent> => {
        const spoken = createSpokenAnswer(words);
        let isStopped = false;

        const say = (piece: Piece): Observable<Command> => {
          if ('error' in piece) return throwError(() => piece.error);
          const id = `${++sayings}`;
          const said$ = untilSaid(id, events$, state).pipe(tap({ complete: () => spoken.said(id) }));
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
          { type: 'turn.delegation_failed', error: failure(error) },
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
          filter((delegated) => lane === undefined || delegated.lane === lane),
          mergeMap(() => answer(turns++)),
        ),
      );
    });
};
