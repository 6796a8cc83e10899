import { call, either, type Field, type Fields, holding, object, oneOf, within, yesOrNo } from '../wire/check-fields.js';
import { ConversationMode, TestMode } from './conversation-mode.js';
import type { EnhancementOptions } from './enhancement-options.js';
import type { StreamConfig, VoxStreamConfig } from './stream-config.js';
import type { VADConfig } from './vad-config.js';

const whole = ({ is, must, ...field }: Field): Field => ({ ...field, is: (value) => Number.isInteger(value) && is(value), must });
const optimizeFor = oneOf('latency', 'balanced', 'quality');
const ms = within(0, 60_000);

const audioFields: Fields<keyof StreamConfig> = {
  sampleRate: whole(within(8000, 192_000)),
  channels: { is: (value) => value === 1 || value === 2, must: '1 or 2', isShown: true },
  chunkDurationMs: within(10, 200),
  format: oneOf('pcm16', 'float32', 'pcm8', 'mulaw', 'alaw'),
  optimizeFor,
};

/** What each field of a `VoxStreamConfig` may hold. */
export const streamFields: Fields<keyof VoxStreamConfig> = {
  config: holding(audioFields),
  optimizeFor,
  mode: oneOf(...Object.values(ConversationMode), ...Object.values(TestMode)),
  microphone: call,
};

/** What each field of a `VADConfig` may hold. */
export const vadFields: Fields<keyof VADConfig> = {
  sensitivity: within(0, 1),
  speechStartMs: ms,
  speechEndMs: ms,
  preSpeechBufferMs: within(0, 10_000),
  model: { ...either(oneOf('energy'), call, object), must: "'energy', or a model such as await silero()" },
};

/** What each field of `EnhancementOptions` may hold. */
export const enhancementFields: Fields<keyof EnhancementOptions> = {
  noiseReduction: yesOrNo,
  echoCancellation: { ...either(yesOrNo, oneOf('strong', 'doubleTalk')), isShown: true },
  gainControl: yesOrNo,
  clarityBoost: yesOrNo,
};
