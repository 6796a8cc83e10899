import { from, type MonoTypeOperatorFunction, map, type Observable, switchMap } from 'rxjs';
import { hearing } from '../../operators/audio/hearing.js';
import type { AudioFrame } from '../audio.js';
import type { AudioStageEvent } from '../events.js';
import { dispensableStage } from './dispensable-stage.js';

/**
 * Takes what the loudspeaker plays out of what the microphone hears, and keeps the voice of whoever talks over it.
 *
 * @param reference$ What the loudspeaker is given.
 */
export const echoFreeInput = (
  reference$: Observable<AudioFrame>,
  tell: (event: AudioStageEvent) => void,
): MonoTypeOperatorFunction<AudioFrame> =>
  dispensableStage(
    'echo',
    () =>
      from(import('../echo-cancellation.js')).pipe(
        switchMap(({ loadSparedCanceller }) => loadSparedCanceller('doubleTalk', { mode: 'quality', report: tell })),
        map((open) => open()),
        switchMap(hearing(reference$)),
      ),
    tell,
  );
