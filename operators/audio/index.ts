export { type ClarityConfig, voiceClarity } from '../../src/dsp/clarity.js';
export {
  type ConversationEvent,
  type ConversationMode,
  type ConversationTimes,
  conversationModes,
} from '../../src/dsp/conversation-sides.js';
export { loadAec3 } from '../../src/dsp/echo/aec3.js';
export type { EchoCanceller } from '../../src/dsp/echo/echo-canceller.js';
export { type KalmanEchoConfig, kalmanEcho } from '../../src/dsp/echo/kalman-echo.js';
export { type EnergyVadConfig, energyVad, type VoiceDetector } from '../../src/dsp/energy-vad.js';
export type {
  ByteFormat,
  Channels,
  ContainerFormat,
  FormatName,
  RawFormat,
  WritableFormat,
} from '../../src/dsp/formats/byte-format.js';
export { type ChunkConfig, chunk } from '../../src/dsp/formats/chunk.js';
export { formatOf } from '../../src/dsp/formats/format-of.js';
export { fromMono, toMono } from '../../src/dsp/formats/mix-channels.js';
export {
  type OpusConfig,
  type OpusDecoder,
  type OpusEncoder,
  type OpusRate,
  openOpusDecoder,
  openOpusEncoder,
} from '../../src/dsp/formats/opus.js';
export { addProvider, type KnownProvider, type ProviderFormat, providerFormat } from '../../src/dsp/formats/provider-formats.js';
export { decodeRaw, encodeRaw } from '../../src/dsp/formats/raw-samples.js';
export { type Validation, validate } from '../../src/dsp/formats/validate.js';
export type { FrameProcessor } from '../../src/dsp/frame-processor.js';
export { type GainControlConfig, gainControl } from '../../src/dsp/gain-control.js';
export {
  type ModelVadConfig,
  modelVad,
  type OpenableModel,
  type SpeechProbability,
  type VoiceModel,
} from '../../src/dsp/model-vad.js';
export { type LossConcealer, lossConcealer } from '../../src/dsp/network/loss-concealer.js';
export type { NetworkStats } from '../../src/dsp/network-stats.js';
export { loadNoiseReducer, type NoiseModel, type NoiseReducerConfig } from '../../src/dsp/noise-reducer.js';
export { type QualityMeter, qualityMeter } from '../../src/dsp/quality/quality-meter.js';
export { qualityScore, type ScoredMetrics } from '../../src/dsp/quality/quality-score.js';
export type { QualityMetric, QualityMetrics } from '../../src/dsp/quality-metrics.js';
export { silero } from '../../src/dsp/silero/silero.js';
export type { WakeConfig } from '../../src/dsp/silero/speech-stream.js';
export { type TestAudioConfig, type TestPattern, testAudio } from '../../src/dsp/test-audio.js';
export { thresholdOf } from '../../src/dsp/threshold-of.js';
export { type EdgeTriggerConfig, edgeTrigger, type Limit } from '../../src/edge-trigger.js';
export { type EnhanceMode, type EnhancementConfig, enhanceDelayMs, loadEnhancer } from '../../src/enhancement.js';
export { type PoorQualityConfig, poorQuality } from '../../src/poor-quality.js';
export { type CancelEchoConfig, cancelEcho } from './cancelEcho.js';
export { clarity } from './clarity.js';
export { type ConcealLossConfig, concealLoss } from './concealLoss.js';
export { controlGain } from './controlGain.js';
export { type ConversationEventsConfig, conversationEvents } from './conversationEvents.js';
export { type ConvertConfig, convert } from './convert.js';
export { type DecodeStreamConfig, decodeStream } from './decodeStream.js';
export { type EncodeStreamConfig, encodeStream } from './encodeStream.js';
export { type EnhanceConfig, enhance } from './enhance.js';
export { type MeasureQualityConfig, measureQuality } from './measureQuality.js';
export { type MonitorConfig, monitor, type Watch } from './monitor.js';
export { type NetworkEventsConfig, networkEvents } from './networkEvents.js';
export { type AudioPacket, type NetworkJitterConfig, networkJitter, type ReceivedFrame } from './networkJitter.js';
export { type NeuralVadConfig, neuralVad } from './neuralVad.js';
export { type PrepareForConfig, prepareFor } from './prepareFor.js';
export { processFrames } from './processFrames.js';
export { type ReduceNoiseConfig, reduceNoise } from './reduceNoise.js';
export { type Loudspeaker, type ReferenceSink, withReference } from './withReference.js';
