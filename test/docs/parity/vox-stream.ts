import type { EnhancementOptions } from '../../../src/voxstream/enhancement-options.js';
import type { StreamConfig, VoxStreamConfig } from '../../../src/voxstream/stream-config.js';
import type { StreamMetrics } from '../../../src/voxstream/stream-meter.js';
import type { VADConfig } from '../../../src/voxstream/vad-config.js';
import type { StreamEvents, VoxStream } from '../../../src/voxstream/vox-stream.js';
import type { Lines } from './line.js';

const defaults = 'has all defaults';
const given = 'takes what is given, undefined for not given, and what optimizeFor sets where it is not';
const wrong = 'names all that is wrong in one error, a line each, and unknown fields with the nearest name';
const chunks = 'gives chunks of chunkDurationMs that were heard, of %s';
const kinds = 'gives the kind of audio that it is given';
const words = 'gives speech in which detectVoice hears speech';
const noiseOut = 'takes noise out, in process, in enhanceVoice and in streams, and leaves speech';
const overlap = 'tells of an overlap, and of an interruption when it lasts';
const assent = 'takes a word of assent for a back-channel, no interruption, and no turn';
const handlers = 'tells of user_interruption, back_channel, long_pause and speech_overlap';
const manners = 'does what the mode says';
const local = 'flows from the microphone in LOCAL_MIC, when nothing else was connected';

export const streamConfigLines: Lines<keyof StreamConfig | keyof VoxStreamConfig> = {
  config: ['what the audio is: the five fields that follow', wrong],
  sampleRate: ['24000', defaults, given],
  channels: [
    '1, or 2',
    defaults,
    'takes two channels for the mean of both',
    'carries what is no whole sample over to the next call: %j',
  ],
  chunkDurationMs: ['20', defaults, chunks],
  format: ["'pcm16', 'float32', 'pcm8', 'mulaw', 'alaw'", defaults, 'carries what is no whole sample over to the next call: %j'],
  optimizeFor: ["'balanced', 'latency', 'quality'", defaults, given, 'knows optimizeFor in two places, but not twice'],
  mode: ['ConversationMode.NATURAL, FORMAL, RAPID; TestMode.LOCAL_MIC', defaults, manners, local],
  microphone: ['what `captureLocal` opens', 'opens the microphone of the configuration, on subscription'],
};

export const vadConfigLines: Lines<keyof VADConfig> = {
  sensitivity: ['0.7', 'hears less the lower the sensitivity', 'names all that is wrong'],
  speechStartMs: ['100', 'needs speechStartMs of sound, and speechEndMs of quiet'],
  speechEndMs: ['700', 'needs speechStartMs of sound, and speechEndMs of quiet'],
  preSpeechBufferMs: [
    '300',
    'has what was heard before the chunk that became speech: 300 ms, and the beginning of the speech',
    'is as long as preSpeechBufferMs says',
  ],
  model: ["'energy', or a model", 'asks a model when it is given one', 'hears speech with silero, and none in a tone'],
};

export const enhancementLines: Lines<keyof EnhancementOptions> = {
  noiseReduction: ['false', noiseOut, 'adds no delay with optimizeFor latency'],
  echoCancellation: ['false', 'takes out what attachPlayback plays'],
  gainControl: ['false', 'holds the level, and makes words clear'],
  clarityBoost: ['false', 'holds the level, and makes words clear'],
};

export const streamMetricsLines: Lines<keyof StreamMetrics> = {
  latencyMs: ['delay and processing', 'tells how long processing takes', 'says by metrics how much later the sound comes'],
  voiceQualityScore: ['0 to 1', 'scores the quality of the voice: noise, clipping and loss cost'],
  packetLossPercent: [
    'what jumps of `position` leave out',
    'counts what is missing, and forgets it',
    'takes another recording for no loss',
  ],
  speakingDurationMs: ['of all that was heard', 'counts the speech'],
};

export const streamEventLines: Lines<keyof StreamEvents> = {
  user_interruption: ['the user speaks over the other side, and it lasts', overlap, handlers, assent],
  back_channel: ['the user says a short thing over the other side: no interruption, and no turn', assent, handlers],
  long_pause: [
    'the user has spoken, and nobody since',
    'tells of a long pause once, when the user had spoken and nobody answered',
    handlers,
  ],
  speech_overlap: ['both speak', overlap, handlers],
  user_speaking: ['the user begins', 'tells when the user begins to speak, and has finished'],
  user_finished: [
    'the user is silent for longer than a pause',
    'tells when the user begins to speak, and has finished',
    'takes a pause within a turn for part of it',
  ],
  error: [
    'a handler threw, or the other side’s audio failed',
    'tells what a handler throws as error, and goes on',
    'tells an error of its source, and the stream goes on',
  ],
  enhancement: ['a stage is passed by, or returns', 'tells of the times of its stages'],
};

export const voxStreamLines: Lines<Exclude<keyof VoxStream, symbol>> = {
  process: [
    'bytes, samples or a frame; gives the same kind',
    words,
    kinds,
    'carries what is no whole sample over to the next call: %j',
  ],
  detectVoice: [
    'the VadState',
    words,
    'hears speech begin and end, in bytes, samples and frames',
    'hears no speech in silence and noise',
  ],
  isSpeaking: ['of what was heard last', 'is true from speech to the end of its quiet'],
  getPreSpeechBuffer: [
    'what was heard ahead of speech',
    'has what was heard before the chunk that became speech: 300 ms, and the beginning of the speech',
  ],
  getLevel: ['RMS, 0 to 1', 'is the root mean square, of bytes, samples and frames'],
  configureVad: ['a `VADConfig`', 'needs speechStartMs of sound, and speechEndMs of quiet', 'names all that is wrong'],
  enhanceVoice: [
    'options, or audio',
    'leaves audio as it is, unless something is asked for',
    noiseOut,
    'does what was asked for last, and what is open follows',
  ],
  stream: [
    'bytes, an async iterable or an Observable; both in one',
    chunks,
    'reads an iterable no faster than it is read itself, and leaves it when it is left',
    'tells an error of its source once',
  ],
  createStream: ['a buffer in chunks', 'cuts a buffer into chunks, as it is'],
  continuousStream: [
    '`connect(source)`, `flowTo(sink)`: awaitable, chained, with back-pressure, completion and error',
    'flows from a source to a sink, awaited in a chain',
    'flows awaited step by step, too',
    'takes no more from a source than the slowest sink has taken',
    'flows to observers and writable streams, and closes them at the end',
    'rejects with the error of its source, and tells it to the sinks',
    'rejects with the error of a sink, tells it to the others, and leaves the source',
  ],
  prepareForAi: [
    'audio as a service wants it',
    'gives a buffer in the format of a service, in one piece',
    'gives a stream message by message, the last one filled up',
  ],
  addProvider: ['`{ sampleRate, format, chunkMs }`', 'makes a format known by a name'],
  setMode: ['a `ConversationMode`', 'changes the manner from now on'],
  attachPlayback: [
    'the other side',
    'takes audio of any kind, replaces what was attached, and lets go of it at close',
    'takes out what attachPlayback plays',
  ],
  on: ['adds a handler', handlers, 'tells what a handler throws as error, and goes on'],
  off: ['removes it', 'tells nobody who was removed'],
  conversationStream: [
    'user_speaking, user_finished and the rest',
    'tells when the user begins to speak, and has finished',
    'can be read with for await, and completes with close',
  ],
  getMetrics: ['the metrics', 'counts the speech'],
  metrics: ['the same', 'counts the speech'],
  onMetric: [
    'edge-triggered with hysteresis; voiceQuality is voiceQualityScore',
    'calls once when a limit is crossed, and again only after the metric was back by the hysteresis',
    'takes voiceQuality for voiceQualityScore',
  ],
  captureLocal: [
    'the microphone',
    'opens the microphone of the configuration, on subscription',
    'says what to do where there is none',
    local,
  ],
  generateTestAudio: ['durationMs 1000, pattern', words, 'hears no speech in silence and noise'],
  close: [
    'gives back what is held',
    'takes audio of any kind, replaces what was attached, and lets go of it at close',
    'can be read with for await, and completes with close',
  ],
};
