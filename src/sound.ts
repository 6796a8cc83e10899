import { type AudioFrame, durationOf, type Hertz, type Millis, samplesIn } from './audio.js';
import type { MixPart } from './dsp/mix.js';
import { type RateConverter, rateConverter } from './dsp/rate-converter.js';
import type { Resampler } from './dsp/resampler.js';
import type { PlayoutPlay, PlayoutSoundEnded } from './events.js';

/** Audio that is not the assistant's, on its way to the loudspeaker. */
export interface Sound {
  readonly id: string;
  /** Appends audio of any rate; it is converted when its time comes. */
  push(frame: AudioFrame): void;
  /** Nothing more comes: it ends when what waits was played. */
  end(error?: unknown): void;
  /** Fades it out; one that nothing is heard of is over at once. */
  stop(): void;
  /** The device has this rate from now on. */
  open(sampleRate: Hertz): void;
  /** The next samples, `count` at the most, and their gain; undefined when none wait. */
  pull(count: number, isUnderSpeech: boolean): MixPart | undefined;
  /** What was pulled last waits again. */
  putBack(part: MixPart): void;
  /** The device took samples of it. */
  take(samples: number): void;
  /** Ends its source, and frees what it holds. */
  close(): void;
  readonly waitingMs: Millis;
  readonly playedMs: Millis;
  /** How it has ended, once all of it was taken or thrown away. */
  readonly ending: Pick<PlayoutSoundEnded, 'reason' | 'error'> | undefined;
}

/** Gain under speech: 14 dB below. */
const duckedGain = 0.2;
/** From full to silence; the way back takes longer, so that pauses between words do not pump. */
const attackMs: Millis = 20;
const releaseMs: Millis = 500;
/** How much is converted at a time. */
const pieceMs: Millis = 20;

/**
 * @param resampler Asked for when audio has another rate than the device; that audio waits while there is none, and the sound fails with what it throws.
 * @param closed Called when nothing more is wanted of the source.
 */
export const createSound = (
  { id, under = 'duck', gain = 1 }: Pick<PlayoutPlay, 'id' | 'under' | 'gain'>,
  sampleRate: Hertz,
  { resampler, closed }: { resampler(): Resampler | undefined; closed(): void },
): Sound => {
  const full = Math.min(1, Math.max(0, gain));
  let rate = sampleRate;
  let converter: RateConverter = rateConverter({ to: rate, quality: 5 });
  let frames: AudioFrame[] = [];
  let offset = 0;
  let ready: Int16Array[] = [];
  let readySamples = 0;
  let waitingMs = 0;
  let playedMs = 0;
  let inFlight = 0;
  let now: number | undefined;
  let ending: Sound['ending'];
  let isStopping = false;

  const keep = (samples: Int16Array): void => {
    ready.push(samples);
    readySamples += samples.length;
  };
  const drop = (): void => {
    frames = [];
    ready = [];
    readySamples = offset = waitingMs = 0;
    converter.close();
  };
  /** Takes a piece off the first frame. */
  const next = ({ samples, sampleRate: from, position }: AudioFrame): AudioFrame => {
    const end = Math.min(samples.length, offset + samplesIn(pieceMs, from));
    const piece = { samples: samples.subarray(offset, end), sampleRate: from, position: position + offset };
    offset = end === samples.length ? 0 : end;
    if (offset === 0) frames.shift();
    waitingMs = frames.length === 0 ? 0 : waitingMs - durationOf(piece.samples.length, from);
    return piece;
  };
  /** Converts pieces until there is enough, or until there is nothing to convert them with. */
  const refill = (count: number): void => {
    try {
      for (let [first] = frames; first && readySamples < count; [first] = frames) {
        const isReady = first.sampleRate === rate;
        const by = isReady ? undefined : resampler();
        if (!isReady && !by) return;
        for (const { samples } of converter.convert(next(first), by)) keep(samples);
      }
      if (ending && frames.length === 0) for (const { samples } of converter.flush()) keep(samples);
    } catch (error) {
      drop();
      ending = { reason: 'failed', error };
    }
  };
  const shift = (count: number): Int16Array => {
    const samples = new Int16Array(Math.min(count, readySamples));
    for (let filled = 0; filled < samples.length; ) {
      const [first = samples] = ready;
      const part = first.subarray(0, samples.length - filled);
      samples.set(part, filled);
      filled += part.length;
      if (part.length === first.length) ready.shift();
      else ready[0] = first.subarray(part.length);
    }
    readySamples -= samples.length;
    return samples;
  };
  /** The gain after so many samples on the way to where it should be. */
  const towards = (from: number, target: number, samples: number): number => {
    const ms = durationOf(samples, rate);
    return target < from ? Math.max(target, from - ms / attackMs) : Math.min(target, from + ms / releaseMs);
  };

  return {
    id,
    push(frame) {
      if (ending || frame.samples.length === 0) return;
      frames.push(frame);
      waitingMs += durationOf(frame.samples.length, frame.sampleRate);
    },
    end(error) {
      ending ??= error === undefined ? { reason: 'completed' } : { reason: 'failed', error };
    },
    stop() {
      isStopping = true;
      ending = { reason: 'stopped' };
      closed();
      if (inFlight === 0) drop();
    },
    open(to) {
      rate = to;
      inFlight = readySamples = 0;
      ready = [];
      converter.close();
      converter = rateConverter({ to, quality: 5 });
    },
    pull(count, isUnderSpeech) {
      refill(count);
      if (readySamples === 0) return undefined;
      const target = isStopping ? 0 : isUnderSpeech && under === 'duck' ? full * duckedGain : full;
      const samples = shift(count);
      const from = now ?? target;
      now = towards(from, target, samples.length);
      inFlight += samples.length;
      if (isStopping && now === 0) drop();
      return { samples, from, to: now };
    },
    putBack({ samples, from }) {
      ready.unshift(samples);
      readySamples += samples.length;
      inFlight -= samples.length;
      now = from;
    },
    take(samples) {
      inFlight -= samples;
      playedMs += durationOf(samples, rate);
    },
    close() {
      drop();
      closed();
    },
    get waitingMs() {
      return waitingMs;
    },
    get playedMs() {
      return playedMs;
    },
    get ending() {
      if (ending && frames.length === 0) refill(1);
      return inFlight === 0 && readySamples === 0 && frames.length === 0 ? ending : undefined;
    },
  };
};
