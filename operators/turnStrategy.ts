import { distinctUntilChanged, endWith, ignoreElements, map, merge, NEVER, type Observable, takeUntil } from 'rxjs';
import type { Epic } from '../src/epic.js';
import type { Command, VoiceEvent } from '../src/events.js';
import { transform } from '../src/transform.js';
import { createTurns, type TurnSignal, type Turns } from '../src/turns.js';
import { ofType } from './ofType.js';
import { type Reason, silence, speaking, type TurnCondition } from './turnConditions.js';

/** Settings of `turnStrategy`. */
export interface TurnStrategyConfig {
  /**
   * A turn begins when this does; it goes on whatever becomes of this.
   * @default speaking()
   */
  readonly start?: TurnCondition;
  /**
   * A turn ends when this holds.
   * @default silence()
   */
  readonly stop?: TurnCondition;
  /**
   * While this holds no turn begins, one that goes on is abandoned, and what is said is thrown away.
   * @default never
   */
  readonly mute?: TurnCondition;
  /**
   * What becomes of speech that began no turn: it is thrown away when other speech follows; or becomes an item that is
   * not answered, so that it is transcribed, and a turn that begins later answers it. `wakePhrase` needs that where words
   * come only after a commit.
   * @default 'clear'
   */
  readonly unstarted?: 'clear' | 'commit';
}

/** What makes turns begin, go on and end, in the order of its causes. */
type Signal =
  | { readonly type: 'heard' | 'after'; readonly event: TurnSignal }
  | { readonly type: 'start' | 'stop' | 'mute'; readonly reason: Reason };
/**
 * The epic of turns by rules of your own, for `realtime(…, { turns })`. Says `turn.started` when `start` begins to hold,
 * and `turn.ended` when `stop` does; what ends is committed and answered. Each start has one end: `turn.ended`, or
 * `turn.abandoned` where there is nothing to answer. Speech that goes on after the end begins the next turn.
 *
 * Where the service ends turns it commits and answers by itself; with its `create_response` off the answer is asked for,
 * once the turn has ended and the service has committed it.
 */
export const turnStrategy =
  ({ start = speaking(), stop = silence(), mute = never, unstarted = 'clear' }: TurnStrategyConfig = {}): Epic =>
  (events$, state) => {
    const heard$ = events$.pipe(
      ofType('speech.started', 'speech.progress', 'speech.stopped', 'input_audio_buffer.committed', 'turn.started'),
    );
    const over$ = events$.pipe(ofType('connection.closed'), ignoreElements(), endWith(true));
    const condition = (type: 'start' | 'stop' | 'mute', holds: TurnCondition): Observable<Signal> =>
      holds(events$, state).pipe(
        distinctUntilChanged(),
        map((reason) => ({ type, reason })),
      );
    // Audio is counted before the conditions see an event, and what they leave is dealt with after. What begins a turn may
    // end its ending, as a key does: that must be known first.
    const signals$ = merge(
      heard$.pipe(map((event): Signal => ({ type: 'heard', event }))),
      condition('mute', mute),
      condition('stop', stop),
      condition('start', start),
      heard$.pipe(map((event): Signal => ({ type: 'after', event }))),
    );
    return follow(signals$, () => createTurns(state, unstarted)).pipe(takeUntil(over$));
  };

const never: TurnCondition = () => NEVER;

const follow = (signals$: Observable<Signal>, create: () => Turns): Observable<Command | VoiceEvent> =>
  signals$.pipe(
    transform(() => {
      const turns = create();
      return {
        next(signal, emit) {
          const said = 'event' in signal ? turns[signal.type](signal.event) : turns[signal.type](signal.reason);
          for (const entry of said) emit(entry);
        },
      };
    }),
  );
