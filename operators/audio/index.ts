export type { FrameProcessor } from '../../src/dsp/frame-processor.js';
export { processFrames } from './processFrames.js';
