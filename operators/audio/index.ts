export type { FrameProcessor } from '../../src/dsp/frame-processor.js';
export { loadNoiseReducer, type NoiseModel, type NoiseReducerConfig } from '../../src/dsp/noise-reducer.js';
export { type TestAudioConfig, type TestPattern, testAudio } from '../../src/dsp/test-audio.js';
export { processFrames } from './processFrames.js';
export { type ReduceNoiseConfig, reduceNoise } from './reduceNoise.js';
