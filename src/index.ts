export * from '../operators/index.js';
export type { AudioFrame, Hertz, Millis, SampleIndex, VadState, VoiceFrame } from './audio.js';
export { durationOf, endOf, samplesIn } from './audio.js';
export { type Clock, clock } from './clock.js';
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
