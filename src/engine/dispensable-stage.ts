import { catchError, defer, type MonoTypeOperatorFunction, type Observable, of, throwError, timeout } from 'rxjs';
import { processFrames } from '../../operators/audio/processFrames.js';
import type { AudioFrame, Millis } from '../audio.js';
import type { FrameProcessor } from '../dsp/frame-processor.js';
import { AudioError } from '../errors.js';
import type { AudioStageEvent } from '../events.js';

/** So long the user's voice waits for what it can do without. */
const mostWaitMs: Millis = 5000;

/** What is done where it cannot be loaded. */
const nothing: FrameProcessor = {
  delayMs: 0,
  process: ({ samples }) => samples,
  reset: () => undefined,
  close: () => undefined,
};

/**
 * A treatment of the user's voice that a conversation can do without. What it needs is loaded when the first frame is awaited, and no earlier; where that
 * fails, or takes more than 5 s, the voice goes on as it is, and `audio.stage_bypassed` says so.
 *
 * @param stage The name of the treatment.
 * @param tell Takes what becomes of it.
 */
export const dispensableStage = (
  stage: string,
  open: () => Observable<FrameProcessor>,
  tell: (event: AudioStageEvent) => void,
): MonoTypeOperatorFunction<AudioFrame> =>
  processFrames(() =>
    defer(open).pipe(
      timeout({ first: mostWaitMs, with: () => throwError(() => late(stage)) }),
      catchError((error: unknown) => {
        tell({ type: 'audio.stage_bypassed', stage, reason: 'threw', durationMs: 0, error });
        return of(nothing);
      }),
    ),
  );

const late = (stage: string): AudioError =>
  new AudioError(`${stage}: it was not loaded within ${mostWaitMs / 1000} s`, { code: 'backend_missing' });
