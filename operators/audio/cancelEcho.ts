import { defer, from, map, mergeMap, type Observable, type OperatorFunction, of } from 'rxjs';
import type { AudioFrame } from '../../src/audio.js';
import type { EchoCanceller } from '../../src/dsp/echo/echo-canceller.js';
import { type EchoMode, echoModes } from '../../src/dsp/echo/echo-modes.js';
import { hearing } from './hearing.js';
import { processFrames } from './processFrames.js';

/** Settings of `cancelEcho`. */
export interface CancelEchoConfig {
  /**
   * `doubleTalk`: an own canceller that keeps the near voice while both speak; 2 to 3 ms of delay by the rate, 2.7 at 24 kHz. `strong`: AEC3 of WebRTC, which takes more of the near voice
   * away with the echo; 30 ms of delay.
   * @default 'doubleTalk'
   */
  readonly mode?: EchoMode;
  /**
   * Opens a canceller of one's own, in place of `mode`; its first value is taken.
   * @default that of the mode
   */
  readonly canceller?: () => Observable<EchoCanceller>;
}

/**
 * Takes what the loudspeaker plays out of what the microphone hears, so that an assistant does not interrupt itself and is interrupted by others: goes
 * ahead of `vad`, with `speaker().reference$`. Not inside a lane: what it has learned of the room would be lost at each switch.
 *
 * Emits a frame for each frame, at once, its sound 2.7 or 30 ms later; holds frames until the canceller is loaded, and listens to the reference from then
 * on. A jump of the microphone's `position` is taken for as much silence, and nothing that was learned is lost. Completes with its source. Errors with its source, with the reference, and with
 * `AudioError` `backend_missing` when the canceller cannot be loaded, or not within 30 s.
 *
 * @param reference$ What the loudspeaker is given, when it is; of any length of frame and rate.
 * @throws RangeError on call, when the mode is none.
 */
export function cancelEcho<Frame extends AudioFrame>(
  reference$: Observable<AudioFrame>,
  { mode = 'doubleTalk', canceller }: CancelEchoConfig = {},
): OperatorFunction<Frame, Frame> {
  const load = echoModes[mode];
  if (!load) throw new RangeError(`cancelEcho: mode must be 'strong' or 'doubleTalk', got '${String(mode)}'`);
  const open = canceller ?? (() => from(load()).pipe(map((create) => create())));
  const hear = hearing(reference$);
  // The first is used; others are closed.
  return processFrames(() => defer(open).pipe(mergeMap((opened, at) => (at === 0 ? hear(opened) : of(opened)))));
}
