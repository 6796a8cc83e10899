import { loadResampler } from '../resampler.js';
import { loadAec3 } from './aec3.js';
import type { EchoCanceller } from './echo-canceller.js';
import { kalmanEcho } from './kalman-echo.js';

/** How echo is cancelled: so that the near voice is kept while both speak, or so that less of the echo is left. */
export type EchoMode = 'strong' | 'doubleTalk';

/** Loads what opens the cancellers of a mode; rejects with `AudioError` `backend_missing` when that fails. */
export const echoModes: Readonly<Record<EchoMode, () => Promise<() => EchoCanceller>>> = {
  strong: loadAec3,
  doubleTalk: () => loadResampler().then((resampler) => () => kalmanEcho({ resampler })),
};
