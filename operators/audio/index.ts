export {
  type ConversationEvent,
  type ConversationMode,
  type ConversationTimes,
  conversationModes,
} from '../../src/dsp/conversation-sides.js';
export type { FrameProcessor } from '../../src/dsp/frame-processor.js';
export { type LossConcealer, lossConcealer } from '../../src/dsp/network/loss-concealer.js';
export type { NetworkStats } from '../../src/dsp/network-stats.js';
export { type QualityMeter, qualityMeter } from '../../src/dsp/quality/quality-meter.js';
export { qualityScore, type ScoredMetrics } from '../../src/dsp/quality/quality-score.js';
export type { QualityMetric, QualityMetrics } from '../../src/dsp/quality-metrics.js';
export { type EdgeTriggerConfig, edgeTrigger, type Limit } from '../../src/edge-trigger.js';
export { type PoorQualityConfig, poorQuality } from '../../src/poor-quality.js';
export { type ConcealLossConfig, concealLoss } from './concealLoss.js';
export { type ConversationEventsConfig, conversationEvents } from './conversationEvents.js';
export { type MeasureQualityConfig, measureQuality } from './measureQuality.js';
export { type MonitorConfig, monitor, type Watch } from './monitor.js';
export { type NetworkEventsConfig, networkEvents } from './networkEvents.js';
export { type AudioPacket, type NetworkJitterConfig, networkJitter, type ReceivedFrame } from './networkJitter.js';
export { processFrames } from './processFrames.js';
