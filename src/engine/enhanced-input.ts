import { from, type MonoTypeOperatorFunction, map, switchMap } from 'rxjs';
import type { AudioFrame } from '../audio.js';
import type { AudioStageEvent } from '../events.js';
import { dispensableStage } from './dispensable-stage.js';

/** Enhances the user's voice as well as can be: noise, rumble, level. */
export const enhancedInput = (tell: (event: AudioStageEvent) => void): MonoTypeOperatorFunction<AudioFrame> =>
  dispensableStage(
    'enhancement',
    () =>
      from(import('../enhancement.js')).pipe(
        switchMap(({ loadEnhancer }) => loadEnhancer({ mode: 'quality', clarityBoost: true, report: tell })),
        map((create) => create()),
      ),
    tell,
  );
