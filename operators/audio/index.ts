export { loadAec3 } from '../../src/dsp/echo/aec3.js';
export type { EchoCanceller } from '../../src/dsp/echo/echo-canceller.js';
export { type KalmanEchoConfig, kalmanEcho } from '../../src/dsp/echo/kalman-echo.js';
export type { FrameProcessor } from '../../src/dsp/frame-processor.js';
export { type CancelEchoConfig, cancelEcho } from './cancelEcho.js';
export { processFrames } from './processFrames.js';
export { type Loudspeaker, type ReferenceSink, withReference } from './withReference.js';
