export type { FrameProcessor } from '../../src/dsp/frame-processor.js';
export { type TestAudioConfig, type TestPattern, testAudio } from '../../src/dsp/test-audio.js';
export { processFrames } from './processFrames.js';
