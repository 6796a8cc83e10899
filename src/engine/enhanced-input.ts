import { catchError, from, type MonoTypeOperatorFunction, map, of, switchMap } from 'rxjs';
import { processFrames } from '../../operators/audio/processFrames.js';
import type { AudioFrame } from '../audio.js';
import type { FrameProcessor } from '../dsp/frame-processor.js';
import type { AudioStageEvent } from '../events.js';

/** What is done where it cannot be loaded. */
const nothing: FrameProcessor = {
  delayMs: 0,
  process: ({ samples }) => samples,
  reset: () => undefined,
  close: () => undefined,
};

/**
 * Enhances the user's voice as well as can be: noise, rumble, level. What it needs is loaded when the first frame is awaited, and no earlier; where that
 * fails, the voice goes on as it is, and `audio.stage_bypassed` says so.
 *
 * @param tell Takes what becomes of the stages.
 */
export const enhancedInput = (tell: (event: AudioStageEvent) => void): MonoTypeOperatorFunction<AudioFrame> =>
  processFrames(() =>
    from(import('../enhancement.js')).pipe(
      switchMap(({ loadEnhancer }) => loadEnhancer({ mode: 'quality', clarityBoost: true, report: tell })),
      map((create) => create()),
      catchError((error: unknown) => {
        tell({ type: 'audio.stage_bypassed', stage: 'enhancement', reason: 'threw', durationMs: 0, error });
        return of(nothing);
      }),
    ),
  );
