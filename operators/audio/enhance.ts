import { from, map, type OperatorFunction } from 'rxjs';
import type { AudioFrame } from '../../src/audio.js';
import { type EnhancementConfig, enhancerPlan } from '../../src/enhancement.js';
import { processFrames } from './processFrames.js';

/**
 * Makes speech better to hear and to understand: lowers noise, cuts rumble and raises consonants, and holds the level.
 *
 * Emits a frame for each frame, at once, with as many samples at the same position; the sound in it is late by `enhanceDelayMs(config, sampleRate)`, which does
 * not change. While a stage throws or is too slow for its mode the sound goes past it, just as late, and `report` is told. What comes while WebAssembly loads is
 * held, in order. Completes with its source; what is still held of the sound then is not given.
 *
 * @throws RangeError on call, for a mode that there is not, or a setting of a stage that it cannot have.
 * @throws AudioError `backend_missing`, in-stream, when a WebAssembly module cannot be loaded.
 */
export function enhance<Frame extends AudioFrame>(config: EnhancementConfig = {}): OperatorFunction<Frame, Frame> {
  const load = enhancerPlan(config);
  return processFrames(() => from(load()).pipe(map((create) => create())));
}
