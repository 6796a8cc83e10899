import { from, identity, map, type Observable, type OperatorFunction } from 'rxjs';
import type { AudioFrame } from '../../src/audio.js';
import { loadSparedCanceller } from '../../src/echo-cancellation.js';
import { type EnhancementConfig, enhancerPlan } from '../../src/enhancement.js';
import { type CancelEchoConfig, cancelEcho } from './cancelEcho.js';
import { processFrames } from './processFrames.js';

/** What is to be done to speech. */
export interface EnhanceConfig extends EnhancementConfig {
  /**
   * Takes the loudspeaker's sound out, ahead of all else, see `cancelEcho`: `reference$` is what the loudspeaker is given. It delays the sound by 2 to 3 ms
   * (`doubleTalk`) or 30 ms (`strong`) beside what `enhanceDelayMs` says; the second is more than the modes promise.
   * @default false
   */
  readonly echoCancellation?: false | { readonly reference$: Observable<AudioFrame>; readonly mode?: CancelEchoConfig['mode'] };
}

const withoutEcho = <Frame extends AudioFrame>(config: EnhanceConfig): OperatorFunction<Frame, Frame> => {
  const { echoCancellation = false } = config;
  if (!echoCancellation) return identity as OperatorFunction<Frame, Frame>;
  const { reference$, mode = 'doubleTalk' } = echoCancellation;
  return cancelEcho(reference$, {
    mode,
    canceller: () => from(loadSparedCanceller(mode, config)).pipe(map((open) => open())),
  });
};

/**
 * Makes speech better to hear and to understand: takes echo out, lowers noise, cuts rumble and raises consonants, and holds the level.
 *
 * Emits a frame for each frame, at once, with as many samples at the same position; the sound in it is late by `enhanceDelayMs(config, sampleRate)`, which does
 * not change. While a stage throws or is too slow for its mode the sound goes past it, just as late, and `report` is told. What comes while WebAssembly loads is
 * held, in order. Completes with its source; what is still held of the sound then is not given.
 *
 * @throws RangeError on call, for a mode that there is not, or a setting of a stage that it cannot have.
 * @throws AudioError `backend_missing`, in-stream, when a WebAssembly module cannot be loaded, or not within 30 s.
 */
export function enhance<Frame extends AudioFrame>(config: EnhanceConfig = {}): OperatorFunction<Frame, Frame> {
  const load = enhancerPlan(config);
  const cleaned = withoutEcho<Frame>(config);
  const treated = processFrames<Frame>(() => from(load()).pipe(map((create) => create())));
  return (source) => source.pipe(cleaned, treated);
}
