import * as t from 'io-ts';
import {
  call,
  either,
  type Field,
  type Fields,
  holding,
  listOf,
  misfitsOf,
  object,
  oneOf,
  within,
  words,
  yesOrNo,
} from '../wire/check-fields.js';
import type { SwitchTriggers, VoiceEngineConfig } from './engine-config.js';
import type { SessionConfig } from './session-config.js';

/** The voices of OpenAI's Realtime API. */
export const voices: readonly string[] = [
  'alloy',
  'ash',
  'ballad',
  'coral',
  'echo',
  'sage',
  'shimmer',
  'verse',
  'marin',
  'cedar',
];

const modes = oneOf('fast', 'big', 'dynamic', 'provider');
const ms = within(0, 60_000);
const nothing: Field = { is: (value) => value === null, must: 'null' };
const providerNames = oneOf('openai', 'azure', 'simulator');
const aProvider: Field = {
  is: (value) => t.UnknownRecord.is(value) && typeof value.request === 'function' && typeof value.protocol === 'function',
  must: 'a Provider (mock() of rxvox/mock is one)',
};
const language: Field = {
  is: (value) => t.string.is(value) && /^[a-z]{2}$/.test(value),
  must: "two letters of ISO 639-1, such as 'es'",
  isShown: true,
};
const aTool: Field = {
  is: (value) => t.UnknownRecord.is(value) && typeof value.name === 'string' && typeof value.prepare === 'function',
  must: 'a tool',
};
const tools = listOf(aTool, 'tools, each made with tool()');
const logger: Field = {
  is: (value) => ['debug', 'info', 'warn', 'error'].every((name) => call.is(Object(value)[name])),
  must: 'an object with debug, info, warn and error',
};
const vadModel: Field = {
  is: (value) => call.is(value) || call.is(Object(value).open),
  must: 'a model (await silero() of rxvox/audio is one) or a function',
};
const logLevels = oneOf('debug', 'info', 'warn', 'error', 'silent');

const triggerFields: Fields<keyof SwitchTriggers> = {
  functionCalls: yesOrNo,
  transcription: yesOrNo,
  audioProcessing: yesOrNo,
  multimodal: yesOrNo,
  keywords: listOf(words, 'strings'),
  business: call,
};

const sessionFields: Fields<keyof SessionConfig> = {
  instructions: words,
  voice: either(words, object),
  maxOutputTokens: { ...either(within(1), oneOf('inf')), must: "1 or more, or 'inf'", isShown: true },
  turnDetection: either(object, nothing),
  tools,
  toolChoice: either(words, object),
  transcription: either(object, yesOrNo, nothing),
  noiseReduction: { ...either(oneOf('near_field', 'far_field'), nothing), isShown: true },
  speed: within(0.25, 1.5),
  truncation: either(words, object),
  temperature: within(0, 2),
};

/** What each field may hold. */
export const configFields: Fields<keyof VoiceEngineConfig> = {
  apiKey: either(words, call),
  provider: { ...either(providerNames, aProvider), isShown: true },
  enableMultiProvider: yesOrNo,
  providers: listOf(aProvider, 'Providers'),
  mode: modes,
  strategyMode: modes,
  model: words,
  voice: words,
  language,
  translate: holding({ from: language, to: language }),
  instructions: words,
  inputDevice: words,
  outputDevice: words,
  sampleRate: { ...within(8000, 192_000), is: (value) => Number.isInteger(value) && within(8000, 192_000).is(value) },
  chunkDurationMs: within(10, 200),
  vadEnabled: yesOrNo,
  vadType: oneOf('client', 'server', 'semantic'),
  vadThreshold: within(0, 1),
  vadModel,
  vadAdaptive: yesOrNo,
  vadSpeechStartMs: ms,
  vadSpeechEndMs: ms,
  preRollMs: ms,
  latencyMode: oneOf('ultra_low', 'balanced', 'quality'),
  echoCancellation: yesOrNo,
  enableTranscription: yesOrNo,
  enableFunctions: yesOrNo,
  tools,
  switchTriggers: holding(triggerFields),
  switchAnalyzer: call,
  switchThresholdMs: ms,
  switchCooldownMs: ms,
  bigLaneTimeoutMs: within(1, 3_600_000),
  onBigLaneTimeout: oneOf('background', 'abort'),
  predictiveSwitching: yesOrNo,
  predictionConfidence: within(0, 1),
  preferFastLane: yesOrNo,
  logLevel: { ...logLevels, is: (value) => t.string.is(value) && logLevels.is(value.toLowerCase()) },
  logger,
  saveAudio: yesOrNo,
  audioSavePath: words,
  budgetUsd: { is: (value) => t.number.is(value) && value > 0, must: 'above 0', isShown: true },
  prices: object,
  metadata: { is: t.UnknownRecord.is, must: 'an object' },
  reconnect: either(object, { is: (value) => value === false, must: 'false' }),
  session: holding(sessionFields),
  onAudioResponse: call,
  onTextResponse: call,
  onSpeechDetected: call,
  onFunctionCall: call,
  onResponseDone: call,
  onLaneSwitch: call,
  onError: call,
};

/** What is wrong with fields that are right each by itself. */
export const ruleMisfits = (config: VoiceEngineConfig): readonly string[] => {
  const { mode, strategyMode, translate, enableMultiProvider, providers } = config;
  return [
    mode && strategyMode && mode !== strategyMode && 'strategyMode: is mode by another name; give one of them',
    translate && translate.to === undefined && "translate.to: must be two letters of ISO 639-1, such as 'es', got undefined",
    enableMultiProvider && !providers?.length && 'providers: must hold a Provider where enableMultiProvider is true',
    ...['voice', 'session.voice'].map((name) => voiceMisfit(name, config)),
  ].filter((misfit) => typeof misfit === 'string');
};

const voiceMisfit = (name: string, { provider = 'openai', enableMultiProvider, metadata, voice, session }: VoiceEngineConfig) => {
  // Behind another address there may be another service, which speaks OpenAI's protocol.
  const isElsewhere = typeof provider !== 'string' || enableMultiProvider || (provider === 'openai' && metadata?.endpoint);
  const asked = name === 'voice' ? voice : session?.voice;
  if (isElsewhere || typeof asked !== 'string' || voices.includes(asked) || asked.startsWith('voice_')) return undefined;
  return misfitsOf({ voice: oneOf(...voices) }, { voice: asked }).map((line) => line.replace('voice', name))[0];
};
