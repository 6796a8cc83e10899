import { durationOf, type Millis } from '../audio.js';
import type { VoiceEvent } from '../events.js';
import { outputFormatOf } from '../state/audio-format.js';
import { itemOf } from '../state/conversation.js';
import { initialLaneMetrics, type LaneMetrics, laneMetrics, laneShares } from '../state/lane-metrics.js';
import { heardMsOf } from '../state/playout-clock.js';
import type { SessionState } from '../state/session-state.js';
import { type ChunkRate, chunkRate, chunksPerSecond, initialChunkRate } from './chunk-rate.js';
import { type ConnectionMetrics, connectionMetrics, initialConnectionMetrics } from './connection-metrics.js';
import { type Percentiles, percentilesOf } from './sample-window.js';
import { initialTurnLatency, type TurnLatency, turnLatency } from './turn-latency.js';

/** What is measured of a conversation; of bounded size, `metricsOf` reads it. */
export interface EngineMetrics {
  readonly startedAt: Millis;
  /** The lane that counts as the fast one; all others together are the big one. */
  readonly fastLane: string;
  readonly chunks: ChunkRate;
  readonly connection: ConnectionMetrics;
  readonly lanes: LaneMetrics;
  readonly turns: TurnLatency;
  readonly samples: Readonly<Partial<Record<Measured, Millis>>>;
}

/** What no event tells: time of the VAD and of all audio processing for a chunk, and from a ping to its pong. */
export type Measured = 'vadMs' | 'audioProcessingMs' | 'rttMs';

/** What `getMetrics()` tells; what was not measured yet is undefined. */
export interface MetricsSummary {
  /** Since the metrics began. */
  readonly uptimeSeconds: number;
  readonly audio: {
    /** Chunks a second, over the last one. */
    readonly captureRate: number;
    /** From the first audio of an answer to the first sample that the device took of it, the last time. */
    readonly playbackLatencyMs: Millis | undefined;
    /** 0 to 1: how much audio waits to be played, against what the playout gathers before it begins; 1 where no more is to come. */
    readonly bufferHealth: number;
  };
  readonly connection: {
    /** The last measured round trip, else how long the session took to be ready. */
    readonly latencyMs: Millis | undefined;
    /** Since the connection was there or was there again; 0 while there is none. */
    readonly uptimeSeconds: number;
    /** How often it was lost and made again; rotation loses nothing. */
    readonly reconnects: number;
  };
  /** Means of the latest chunks, the newer the heavier. */
  readonly processing: { readonly vadMs: Millis | undefined; readonly audioProcessingMs: Millis | undefined };
  /** Time and share, 0 to 100, of the fast lane and of all others. */
  readonly lanes: {
    readonly fastLaneMs: Millis;
    readonly fastLanePercent: number;
    readonly bigLaneMs: Millis;
    readonly bigLanePercent: number;
    readonly switchCount: number;
  };
  readonly turns: {
    /** From the end of the user's turn as it was noticed, or the beginning of a response that nobody spoke for, to the first audio. */
    readonly firstAudioMs: Percentiles;
    /** From the end of speech, the silence in which the VAD saw it included, to the first sample that the device took of the answer. */
    readonly endOfSpeechToSoundMs: Percentiles;
    /** From the moment that speech over the assistant was noticed until its audio was thrown away. */
    readonly bargeInToSilenceMs: Percentiles;
  };
}

/** When and how the metrics begin. */
export interface EngineMetricsConfig {
  /** When the metrics begin, in milliseconds of `clock`. */
  readonly at: Millis;
  /**
   * The lane that the conversation begins in.
   * @default 'fast'
   */
  readonly fastLane?: string;
  /**
   * Silence in which the client's VAD sees that speech is over, in milliseconds; 0 where a key ends turns.
   * @default 500
   */
  readonly speechEndMs?: Millis;
}

/** Metrics before anything has happened. */
export const initialEngineMetrics = ({ at, fastLane = 'fast', speechEndMs = 500 }: EngineMetricsConfig): EngineMetrics => ({
  startedAt: at,
  fastLane,
  chunks: initialChunkRate,
  connection: initialConnectionMetrics,
  lanes: initialLaneMetrics(fastLane, at),
  turns: initialTurnLatency(speechEndMs),
  samples: {},
});

/** The metrics after an event at `at`, in milliseconds of `clock`; the same ones where it says nothing of them. */
export const engineMetrics = (state: EngineMetrics, event: VoiceEvent, at: Millis): EngineMetrics => {
  const connection = connectionMetrics(state.connection, event, at);
  const lanes = laneMetrics(state.lanes, event, at);
  const turns = turnLatency(state.turns, event, at);
  return connection === state.connection && lanes === state.lanes && turns === state.turns
    ? state
    : { ...state, connection, lanes, turns };
};

/** One more chunk was recorded at `at`, in milliseconds of `clock`. */
export const captured = (state: EngineMetrics, at: Millis): EngineMetrics => ({ ...state, chunks: chunkRate(state.chunks, at) });

/** The newest measurement counts so much in a mean: at 50 chunks a second the last 0.6 s make two thirds of it. */
const newestPart = 1 / 32;

/** Something was measured. */
export const measured = (state: EngineMetrics, name: Measured, ms: Millis): EngineMetrics => {
  const before = state.samples[name];
  const next = name === 'rttMs' || before === undefined ? ms : before + (ms - before) * newestPart;
  return { ...state, samples: { ...state.samples, [name]: next } };
};

/** What the metrics say at `at`, in milliseconds of `clock`. */
export const metricsOf = (state: EngineMetrics, session: SessionState, at: Millis): MetricsSummary => {
  const { startedAt, chunks, connection, turns, samples } = state;
  const { firstAudioMs, endOfSpeechToSoundMs, bargeInToSilenceMs, playbackLatencyMs, prefillMs } = turns;
  const { connectedAt, establishedMs, reconnects } = connection;
  return {
    uptimeSeconds: secondsFrom(startedAt, at),
    audio: { captureRate: chunksPerSecond(chunks, at), playbackLatencyMs, bufferHealth: bufferHealth(session, prefillMs) },
    connection: { latencyMs: samples.rttMs ?? establishedMs, uptimeSeconds: secondsFrom(connectedAt ?? at, at), reconnects },
    processing: { vadMs: samples.vadMs, audioProcessingMs: samples.audioProcessingMs },
    lanes: lanesOf(state, at),
    turns: {
      firstAudioMs: percentilesOf(firstAudioMs),
      endOfSpeechToSoundMs: percentilesOf(endOfSpeechToSoundMs),
      bargeInToSilenceMs: percentilesOf(bargeInToSilenceMs),
    },
  };
};

const secondsFrom = (since: Millis, at: Millis): number => (at - since) / 1000;

const lanesOf = ({ lanes, fastLane }: EngineMetrics, at: Millis): MetricsSummary['lanes'] => {
  const { [fastLane]: fast = { ms: 0, share: 0 }, ...others } = laneShares(lanes, at);
  const big = Object.values(others);
  return {
    fastLaneMs: fast.ms,
    fastLanePercent: fast.share * 100,
    bigLaneMs: big.reduce((sum, { ms }) => sum + ms, 0),
    bigLanePercent: big.reduce((sum, { share }) => sum + share, 0) * 100,
    switchCount: lanes.switches,
  };
};

const bufferHealth = ({ playout, conversation }: SessionState, prefillMs: Millis): number => {
  const item = playout.isSounding && playout.itemId !== undefined ? itemOf(conversation, playout.itemId) : undefined;
  if (!item || !conversation.responses.some(({ id }) => id === item.responseId)) return 1;
  const { sampleRate, bytesPerSample } = outputFormatOf(conversation.session);
  const queuedMs = durationOf(item.receivedBytes / bytesPerSample, sampleRate) - heardMsOf(playout, item.id);
  return Math.min(1, Math.max(0, queuedMs) / Math.max(1, prefillMs));
};
