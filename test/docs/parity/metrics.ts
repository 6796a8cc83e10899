import type { CostEstimate } from '../../../src/engine/cost.js';
import type { MetricsSummary } from '../../../src/engine/engine-metrics.js';
import type { TokenSummary, UsageSummary } from '../../../src/engine/usage-summary.js';
import type { Lines } from './line.js';

const sums = 'are summed up as the last, the median and the 95th percentile';
const rtt = 'tells the last round trip, and until there is one how long the session took to be ready';
const lanes = 'counts all lanes but the first as the big one';
const tokens = 'adds up tokens by class, the cached ones among them';
const real = 'tells what it has used and cost, and how it went';

/** `audio.captureRate` and the like. */
type Paths<Of> = {
  [Key in keyof Of & string]: Of[Key] extends number | undefined ? Key : `${Key}.${keyof Of[Key] & string}`;
}[keyof Of & string];

export const metricsLines: Lines<Paths<MetricsSummary> & string> = {
  uptimeSeconds: ['since the metrics began', 'has every member, whatever was not measured yet undefined'],
  'audio.captureRate': [
    'chunks a second',
    'counts chunks a second',
    'is that of even chunks from the second one on, give or take one chunk',
  ],
  'audio.playbackLatencyMs': [
    'from the first audio of an answer to its first sound',
    'are measured from the end of speech, the silence before it was noticed included, to audio and to sound',
  ],
  'audio.bufferHealth': [
    '0 to 1, what waits against what is to wait',
    'is what waits against what the playout gathers',
    'is whole where nothing more is to come',
  ],
  'connection.latencyMs': ['the last round trip', rtt, real],
  'connection.uptimeSeconds': [
    'since it is there',
    'counts the time of the connection from where it was made, and made again after a loss',
  ],
  'connection.reconnects': ['losses that were made good', 'keeps what is said, tells of the loss, and goes on'],
  'processing.vadMs': ['of a chunk', 'smooths what is measured for each chunk'],
  'processing.audioProcessingMs': ['of a chunk', 'smooths what is measured for each chunk'],
  'lanes.fastLaneMs': ['time there', lanes],
  'lanes.fastLanePercent': ['0 to 100', lanes, real],
  'lanes.bigLaneMs': ['time there', lanes],
  'lanes.bigLanePercent': ['0 to 100', lanes],
  'lanes.switchCount': ['how often', lanes, real],
  'turns.firstAudioMs': [
    'last, p50, p95',
    'are measured from the end of speech, the silence before it was noticed included, to audio and to sound',
    sums,
  ],
  'turns.endOfSpeechToSoundMs': [
    'last, p50, p95',
    'are measured from the end of speech, the silence before it was noticed included, to audio and to sound',
    sums,
  ],
  'turns.bargeInToSilenceMs': ['last, p50, p95', 'are measured from speech over the assistant to its silence', sums],
};

export const usageLines: Lines<Exclude<keyof UsageSummary, 'tokens'> | `tokens.${keyof TokenSummary & string}`> = {
  audioSeconds: [
    '`input`, `output`, `total`',
    'counts seconds of the turns that were confirmed, and of the audio that has come',
    'counts audio of a response that goes on once, whether it has ended or not',
    real,
  ],
  textTokens: ['in and out', tokens],
  'tokens.text': ['in and out', tokens],
  'tokens.audio': ['in and out', tokens],
  'tokens.image': ['in', tokens],
  'tokens.input': ['`text`, `audio`, `image`', tokens, real],
  'tokens.cached': ['of the input', tokens, real],
  'tokens.output': ['`text`, `audio`', tokens, real],
  'tokens.total': ['all of them', tokens, real],
  totalSessions: [
    'every session of the provider',
    'counts every session that held the conversation: the first, after a loss, after a rotation',
    real,
  ],
  functionCalls: ['calls of functions', 'takes a tool, or what one is made of'],
  byModel: [
    'the same for each model',
    'charges a response to the model and the lane in which it began',
    'adds up to the whole by model and by lane, whatever happens',
  ],
  byLane: [
    'the same for each lane',
    'charges a response to the model and the lane in which it began',
    'adds up to the whole by model and by lane, whatever happens',
  ],
  responses: ['responses', real],
  transcription: ['by its own model', 'counts transcription apart, by its own model'],
  uncountedResponses: ['of which nobody has said what they cost', 'tells of responses of which nobody has said what they cost'],
};

const counts = 'counts each class by its prices, the cached part of the input cheaper';
const unknown = 'leaves a class undefined that a model of unknown price has used, and counts the rest';

export const costLines: Lines<keyof CostEstimate> = {
  audioCost: ['undefined where a price is unknown', counts, unknown],
  textCost: ['undefined where a price is unknown', counts, unknown],
  imageCost: ['undefined where a price is unknown', counts, unknown],
  transcriptionCost: [
    'undefined where a price is unknown',
    'counts transcription by the minute, and leaves it undefined where nobody knows its price',
  ],
  total: [
    'of what is known',
    'is the sum of its classes, and never negative',
    'one spoken turn: 14 text and 27 audio tokens in, 28 and 136 out',
  ],
  currency: ["'USD'", 'are there at once, and may be awaited'],
  pricesOf: ['the month of the prices', counts],
  unpriced: ['models without a price', unknown],
  complete: ['whether all was counted', unknown, 'is not complete where a count is missing'],
};
