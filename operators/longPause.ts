import { EMPTY, map, switchMap } from 'rxjs';
import type { Millis } from '../src/audio.js';
import type { Epic } from '../src/epic.js';
import type { TurnLongPause } from '../src/events.js';
import { wait } from '../src/wait.js';
import { ofType } from './ofType.js';

/** Settings of `longPause`. */
export interface LongPauseConfig {
  /**
   * How long nobody speaks after the user has, in milliseconds, beyond the silence in which the VAD saw that speech was over.
   * @default 2000
   */
  readonly ms?: Millis;
}

/**
 * The epic of long pauses: says `turn.long_pause` when the user has stopped and neither of both has spoken for `ms`.
 * Once a pause. Speech is what the client's VAD or the service's hears.
 *
 * @throws RangeError on call, when `ms` is not above 0.
 */
export const longPause = ({ ms = 2000 }: LongPauseConfig = {}): Epic => {
  if (!(ms > 0)) throw new RangeError(`longPause: ms must be above 0, got ${ms}`);
  const pause: TurnLongPause = { type: 'turn.long_pause', silentMs: ms };
  return (events$) =>
    events$.pipe(
      ofType(
        'speech.started',
        'speech.stopped',
        'input_audio_buffer.speech_started',
        'input_audio_buffer.speech_stopped',
        'playout.started',
      ),
      switchMap(({ type }) =>
        type === 'speech.stopped' || type === 'input_audio_buffer.speech_stopped' ? wait(ms).pipe(map(() => pause)) : EMPTY,
      ),
    );
};
