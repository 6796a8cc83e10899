export * from '../operators/index.js';
export type { AudioFrame, Hertz, Millis, SampleIndex, VadState, VoiceFrame } from './audio.js';
export { durationOf, endOf, samplesIn } from './audio.js';
export type { AudioStage } from './audio-stage.js';
export { type Clock, clock } from './clock.js';
export type { Delegate } from './delegate.js';
export type { EnergyVadConfig } from './dsp/energy-vad.js';
export type { OpenableModel, SpeechProbability, VoiceModel } from './dsp/model-vad.js';
export { loadResampler, type Resampler } from './dsp/resampler.js';
export type { SpeechGateConfig } from './dsp/speech-gate.js';
export { type BigLaneConfig, bigLane } from './engine/big-lane.js';
export { type ConverseConfig, converse } from './engine/converse.js';
export { type CostBasis, type CostEstimate, estimateCost } from './engine/cost.js';
export { defaultRules } from './engine/default-rules.js';
export type { Emitter, EmitterMetrics, HandlerConfig } from './engine/emitter.js';
export type { EngineCallbacks, ResponseSummary } from './engine/engine-callbacks.js';
export type {
  EngineSettings,
  ProviderName,
  SwitchTriggers,
  VoiceEngineConfig,
} from './engine/engine-config.js';
export type { EngineConversation } from './engine/engine-conversation.js';
export type * from './engine/engine-event.js';
export {
  captured,
  type EngineMetrics,
  type EngineMetricsConfig,
  engineMetrics,
  initialEngineMetrics,
  type Measured,
  type MetricsSummary,
  measured,
  metricsOf,
} from './engine/engine-metrics.js';
export type { EngineMode } from './engine/engine-mode.js';
export type { EngineState } from './engine/engine-state.js';
export type { FunctionCall, OnFunctionCall } from './engine/engine-tools.js';
export type { EventOf, EventPattern } from './engine/event-pattern.js';
export type { ExportedState } from './engine/exported-state.js';
export { type FastLaneConfig, fastLane } from './engine/fast-lane.js';
export { type LatencyMode, type LatencySettings, latencyModes } from './engine/latency-mode.js';
export { type LogFields, type Logger, type LogLevel, logEvents } from './engine/logger.js';
export type { LoudspeakerConfig, MicrophoneConfig, Platform, RecorderConfig } from './engine/platform.js';
export { type ModelPrices, type Prices, prices, type TokenPrice } from './engine/prices.js';
export { recorded } from './engine/recorded.js';
export type { RecordedCall, Recorder } from './engine/recorder.js';
export type { Percentiles } from './engine/sample-window.js';
export type { SessionConfig } from './engine/session-config.js';
export { SessionPresets } from './engine/session-presets.js';
export type { WireMessage } from './engine/tap-wire.js';
export { initialUsageReport, type UsageReport, usageReport } from './engine/usage-report.js';
export { type TokenSummary, type UsagePart, type UsageSummary, usageOf } from './engine/usage-summary.js';
export { VoiceEngine } from './engine/voice-engine.js';
export type { Epic, Gate, Playout, PlayoutInput } from './epic.js';
export {
  AudioError,
  AuthenticationError,
  ConfigError,
  ConnectionError,
  EngineError,
  type ErrorCode,
  type ErrorDetails,
  StreamError,
  ToolError,
  type VoxError,
} from './errors.js';
export * from './events.js';
export { type Lane, requestReason } from './lane.js';
export { type AnalyzerConfig, analyzer, type LaneAnalyzer, type SwitchContext } from './lane-analyzer.js';
export {
  type CostAwareConfig,
  contextual,
  costAware,
  type LaneRuleModifier,
  type PredictiveConfig,
  predictive,
} from './lane-modifiers.js';
export {
  business,
  explicitRequest,
  firstOf,
  functionCall,
  keywords,
  type LaneContext,
  type LaneRule,
  multimodal,
  plainTalk,
  type RuleDecision,
  transcriptionPhrases,
  transcriptionWanted,
  type Utterance,
} from './lane-rules.js';
export { type LivenessConfig, withLiveness } from './liveness.js';
export { type AzureConfig, azure } from './providers/azure.js';
export type { BreakerConfig } from './providers/breaker.js';
export { type FailoverConfig, failover } from './providers/failover.js';
export type { ReconnectConfig } from './providers/keep-connected.js';
export { type OpenAiConfig, openai } from './providers/openai.js';
export type * from './providers/provider.js';
export { type SimulatorConfig, simulator } from './providers/simulator.js';
export { createRecordings, type Recording, type Recordings, type RecordingsConfig } from './recordings.js';
export { type RestoreConfig, type RestorePlan, type RestoreSource, restore } from './restore.js';
export type { McpSecrets } from './sent-tools.js';
export { createShownImages, type ShownImages, type ShownImagesConfig } from './shown-images.js';
export type { WireFormat } from './state/audio-format.js';
export type { CommittedAudio } from './state/committed-audio.js';
export type { ConnectionState } from './state/connection.js';
export {
  type ConversationItem,
  type ConversationState,
  itemOf,
  type OpenResponse,
  type PendingCall,
  pendingCallsOf,
  uncommittedMs,
} from './state/conversation.js';
export { toArray as itemsOf } from './state/item-list.js';
export { initialLaneMetrics, type LaneMetrics, type LaneShare, laneMetrics, laneShares } from './state/lane-metrics.js';
export { owedAnswer, owesAnswer } from './state/owed-answer.js';
export { heardMsOf, type PlayoutClock } from './state/playout-clock.js';
export { initialState, type SessionState, sessionState } from './state/session-state.js';
export type { ToolCalls } from './state/tool-calls.js';
export { type TranscriptConfig, type TranscriptLine, transcriptOf } from './state/transcript.js';
export type { TokenCounts, UsageTotals } from './state/usage.js';
export {
  type CodecToolConfig,
  type FindTool,
  type PreparedCall,
  type RunTool,
  type SchemaToolConfig,
  type Tool,
  type ToolContext,
  tool,
  toolDeclarations,
} from './tool.js';
export { type ToolVocabularyConfig, toolVocabulary } from './tool-vocabulary.js';
export type { SurvivalConfig } from './uplink.js';
export { ClientEvent, type ClientEventOf } from './wire/client-event.js';
export { type DecodeFailed, decodeServerEvent } from './wire/decode.js';
export { encodeClientEvent } from './wire/encode.js';
export { Item } from './wire/item.js';
export type { JsonSchema } from './wire/json-schema.js';
export type { ParametersCodec } from './wire/parameters.js';
export type { Encoding } from './wire/payload.js';
export { ServerEvent, type ServerEventOf } from './wire/server-event.js';
export type { Session, SessionPatch } from './wire/session.js';
