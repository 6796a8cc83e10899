import type { AudioFrame } from './audio.js';
import type { EchoCanceller } from './dsp/echo/echo-canceller.js';
import { type EchoMode, echoModes } from './dsp/echo/echo-modes.js';
import { type EnhancementConfig, sparing } from './enhancement.js';
import { spared } from './spared.js';

/**
 * Loads what opens cancellers that are spared while they cannot keep the time of the mode of enhancement.
 *
 * @returns A promise; it rejects with `AudioError` `backend_missing` when the WebAssembly cannot be loaded.
 */
export const loadSparedCanceller = (mode: EchoMode, config: EnhancementConfig): Promise<() => EchoCanceller> =>
  echoModes[mode]().then((open) => () => {
    const canceller = open();
    const reference = (far: AudioFrame): void => canceller.reference(far);
    return Object.assign(spared(canceller, { name: 'echo', ...sparing(config) }), { reference });
  });
