export { type ClarityConfig, voiceClarity } from '../../src/dsp/clarity.js';
export type { FrameProcessor } from '../../src/dsp/frame-processor.js';
export { type GainControlConfig, gainControl } from '../../src/dsp/gain-control.js';
export { loadNoiseReducer, type NoiseModel, type NoiseReducerConfig } from '../../src/dsp/noise-reducer.js';
export {
  type EnhanceMode,
  type EnhancementConfig,
  enhanceDelayMs,
  loadEnhancer,
} from '../../src/enhancement.js';
export { clarity } from './clarity.js';
export { controlGain } from './controlGain.js';
export { enhance } from './enhance.js';
export { processFrames } from './processFrames.js';
export { type ReduceNoiseConfig, reduceNoise } from './reduceNoise.js';
