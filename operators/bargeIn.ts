import { exhaustMap, filter, mergeMap, type Observable } from 'rxjs';
import type { Epic } from '../src/epic.js';
import type { Command, VoiceEvent } from '../src/events.js';
import type { SessionState } from '../src/state/session-state.js';
import { isUnheard, providerInterrupts } from '../src/state/unheard.js';
import { stopAnswer } from '../src/stop-answer.js';
import { atOnce, type InterruptionPolicy, type Verdict } from './interruptions.js';
import { ofType } from './ofType.js';

/** Settings of `bargeIn`. */
export interface BargeInConfig {
  /**
   * What counts as an interruption.
   * @default atOnce
   */
  readonly policy?: InterruptionPolicy;
}

/**
 * The epic of interruptions: when the user speaks while something of the assistant is unheard, stops the loudspeaker,
 * throws away what is queued and what still comes of the response, and cancels the response where the service does not
 * do so by itself. `truncateHeard` then tells the service what was heard.
 *
 * Speech is what the client's VAD or the service's notices, whichever is first; one utterance counts once. Does nothing
 * when nothing is unheard: `speech_started` comes on ordinary turns too.
 */
export const bargeIn =
  ({ policy = atOnce }: BargeInConfig = {}): Epic =>
  (events$, state) =>
    events$.pipe(
      ofType('speech.started', 'input_audio_buffer.speech_started'),
      filter(() => isUnheard(state())),
      exhaustMap(() => policy(events$, state)),
      mergeMap((verdict) => answer(verdict, events$, state)),
    );

const answer = (
  verdict: Verdict,
  events$: Observable<VoiceEvent>,
  state: () => SessionState,
): readonly Command[] | Observable<Command> => {
  if (verdict === 'pause') return [{ type: 'playout.pause' }];
  if (verdict === 'resume') return [{ type: 'playout.resume' }];
  return stopAnswer(events$, state, { isCancelled: providerInterrupts });
};
