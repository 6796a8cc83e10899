import { type AudioFrame, durationOf, endOf, type Millis, type VoiceFrame } from '../audio.js';
import { qualityMeter } from '../dsp/quality/quality-meter.js';

/** How well a `VoxStream` does. */
export interface StreamMetrics {
  /** What it adds: the delay of what enhances the sound, and the time that a chunk takes, a mean over about the last second. */
  readonly latencyMs: Millis;
  /** How well the voice sounds that comes in, 0 to 1: `qualityScore` over the last ten seconds, made anew every half second of audio; 1 before there is any. */
  readonly voiceQualityScore: number;
  /** Audio that is missing where `position` jumps ahead, in percent of what there should be; a mean over about the last ten seconds. */
  readonly packetLossPercent: number;
  /** How long there was speech, since the beginning: the chunks that were `speech`. */
  readonly speakingDurationMs: Millis;
}

/** A chunk of one stream came in; what it became took so long, and sounds so much later. */
export type Processed = (chunk: AudioFrame, tookMs: Millis, delayMs: Millis) => void;

/** A fold over what is processed and heard. */
export interface StreamMeter {
  /** Is told every chunk of a stream of its own: what is missing is missing within one. */
  open(): Processed;
  /** The other side plays this. */
  reference(chunk: AudioFrame): void;
  /** The detector has heard a chunk. */
  heard(chunk: VoiceFrame): void;
  /** As it stands. */
  read(): StreamMetrics;
}

const processingMemoryMs: Millis = 1000;
/** A report costs some ten microseconds. */
const reportEveryMs: Millis = 500;
const lossMemoryMs: Millis = 10_000;
/** What is further ahead is another place in another recording, no loss. */
const longestGapMs: Millis = 10_000;

/** Makes a meter. */
export function streamMeter(): StreamMeter {
  let processingMs = 0;
  let delay = 0;
  let receivedMs = 0;
  let lostMs = 0;
  let speakingMs = 0;
  const quality = qualityMeter();
  let score = 1;
  let unreportedMs = reportEveryMs;

  const lossPercent = (): number => (lostMs === 0 ? 0 : (100 * lostMs) / (lostMs + receivedMs));
  const scoreNow = (): number => {
    if (receivedMs === 0 || unreportedMs < reportEveryMs) return score;
    unreportedMs = 0;
    quality.loss(lossPercent());
    score = quality.report().score;
    return score;
  };

  const open = (): Processed => {
    let last: AudioFrame | undefined;
    const gapBefore = (chunk: AudioFrame): Millis => {
      if (!last || last.sampleRate !== chunk.sampleRate) return 0;
      const ms = durationOf(chunk.position - endOf(last), chunk.sampleRate);
      return ms > 0 && ms <= longestGapMs ? ms : 0;
    };

    return (chunk, tookMs, delayMs) => {
      const ms = durationOf(chunk.samples.length, chunk.sampleRate);
      const gap = gapBefore(chunk);
      last = chunk;
      delay = delayMs;
      processingMs += (tookMs - processingMs) * (receivedMs === 0 ? 1 : 1 - Math.exp(-ms / processingMemoryMs));
      const kept = Math.exp(-(ms + gap) / lossMemoryMs);
      receivedMs = receivedMs * kept + ms;
      lostMs = lostMs * kept + gap;
      unreportedMs += ms;
      quality.hear(chunk);
    };
  };

  return {
    open,
    reference: (chunk) => quality.reference(chunk),
    heard({ vad, samples, sampleRate }) {
      if (vad === 'speech') speakingMs += durationOf(samples.length, sampleRate);
    },
    read: () => ({
      latencyMs: delay + processingMs,
      voiceQualityScore: scoreNow(),
      packetLossPercent: lossPercent(),
      speakingDurationMs: speakingMs,
    }),
  };
}
