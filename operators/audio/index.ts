export { type EnergyVadConfig, energyVad, type VoiceDetector } from '../../src/dsp/energy-vad.js';
export type { FrameProcessor } from '../../src/dsp/frame-processor.js';
export {
  type ModelVadConfig,
  modelVad,
  type OpenableModel,
  type SpeechProbability,
  type VoiceModel,
} from '../../src/dsp/model-vad.js';
export { loadNoiseReducer, type NoiseModel, type NoiseReducerConfig } from '../../src/dsp/noise-reducer.js';
export { silero } from '../../src/dsp/silero/silero.js';
export type { WakeConfig } from '../../src/dsp/silero/speech-stream.js';
export { type TestAudioConfig, type TestPattern, testAudio } from '../../src/dsp/test-audio.js';
export { thresholdOf } from '../../src/dsp/threshold-of.js';
export { type NeuralVadConfig, neuralVad } from './neuralVad.js';
export { processFrames } from './processFrames.js';
export { type ReduceNoiseConfig, reduceNoise } from './reduceNoise.js';
