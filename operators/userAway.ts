import { defer, EMPTY, map, switchMap } from 'rxjs';
import type { Millis } from '../src/audio.js';
import type { Epic } from '../src/epic.js';
import type { TurnUserAway } from '../src/events.js';
import { isUnheard } from '../src/state/unheard.js';
import { wait } from '../src/wait.js';
import { ofType } from './ofType.js';

/** Settings of `userAway`. */
export interface UserAwayConfig {
  /**
   * How long neither of both speaks, in milliseconds.
   * @default 15000
   */
  readonly ms?: Millis;
}

/**
 * The epic of users who have left: says `turn.user_away` when nobody has spoken for `ms` since the session is ready, and
 * again after each time somebody has. Does not count while an answer is due or sounds.
 *
 * @throws RangeError on call, when `ms` is not above 0.
 */
export const userAway = ({ ms = 15_000 }: UserAwayConfig = {}): Epic => {
  if (!(ms > 0)) throw new RangeError(`userAway: ms must be above 0, got ${ms}`);
  const away: TurnUserAway = { type: 'turn.user_away', silentMs: ms };
  return (events$, state) =>
    defer(() => {
      let isSpeaking = false;
      return events$.pipe(
        ofType(
          'connection.established',
          'speech.started',
          'speech.stopped',
          'input_audio_buffer.speech_started',
          'input_audio_buffer.speech_stopped',
          'response.created',
          'response.done',
          'playout.started',
          'playout.drained',
          'playout.flushed',
          'playout.failed',
        ),
        switchMap(({ type }) => {
          if (type.endsWith('speech_started') || type === 'speech.started') isSpeaking = true;
          if (type.endsWith('speech_stopped') || type === 'speech.stopped') isSpeaking = false;
          return isSpeaking || isUnheard(state()) ? EMPTY : wait(ms).pipe(map(() => away));
        }),
      );
    });
};
