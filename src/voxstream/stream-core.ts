import { frame as cut } from '../../operators/frame.js';
import { type AudioFrame, durationOf, type VoiceFrame } from '../audio.js';
import { clock } from '../clock.js';
import type { VoiceDetector } from '../dsp/energy-vad.js';
import { type Detection, followingDetector } from './detection.js';
import { type Fold, foldOf } from './fold.js';
import { type PreSpeech, preSpeech } from './pre-speech.js';
import { inlet, type RawAudio } from './raw-audio.js';
import type { StreamSettings } from './stream-config.js';
import { type StreamMeter, streamMeter } from './stream-meter.js';
import { following, type OpenTreatment } from './treatment.js';

/** What all streams of one `VoxStream` share. */
export interface StreamCore {
  /** What is known of all that was processed and heard. */
  readonly meter: StreamMeter;
  /** Whether the last chunk that was heard is speech. */
  readonly isSpeaking: boolean;
  /** What was heard ahead of speech. */
  readonly ahead: PreSpeech;
  /** Another way to tell speech, from the next chunk of every stream on. */
  detection: Detection;
  /** Another treatment, from the next chunk of every stream on. */
  treatment: OpenTreatment;
  /** Treats a stream of its own, in the kind of audio that it is given. */
  openTreatment(config: { readonly isMetered: boolean }): Treating;
  /** Hears a stream of its own. */
  openDetector(): (audio: RawAudio) => VoiceFrame;
  /** Cuts a stream of its own into chunks. */
  openChunks(): Fold<RawAudio, AudioFrame>;
  /** Cuts a stream of its own into chunks, treats and hears them. */
  openStream(): Fold<RawAudio, VoiceFrame>;
}

/** The treatment of one stream. */
export interface Treating {
  readonly process: (audio: RawAudio) => RawAudio;
  readonly close: () => void;
}

/** Makes what streams share. @param heard Is told every chunk that was heard. @param metered Is told every chunk that was measured. */
export function streamCore(
  settings: StreamSettings,
  first: { readonly detection: Detection; readonly treatment: OpenTreatment },
  { heard, metered }: { heard(frame: VoiceFrame): void; metered(ms: number): void },
): StreamCore {
  const meter = streamMeter();
  let { detection, treatment } = first;
  let ahead = preSpeech(detection.preSpeechBufferMs);
  let isSpeaking = false;

  const treatmentOf = (isMetered: boolean) => {
    const processor = following(() => treatment);
    const processed = meter.open();
    const treat = (chunk: AudioFrame): Int16Array => {
      if (!isMetered) return processor.process(chunk);
      const started = clock.now();
      const samples = processor.process(chunk);
      processed(chunk, clock.now() - started, processor.delayMs);
      metered(durationOf(samples.length, chunk.sampleRate));
      return samples;
    };
    return { treat, close: () => processor.close() };
  };
  const detectorOf = (): VoiceDetector => {
    const detect = followingDetector(() => detection);
    return (chunk) => {
      const voice = detect(chunk);
      isSpeaking = voice.vad === 'speech' || voice.vad === 'speech_ending';
      ahead.hear(voice);
      meter.heard(voice);
      heard(voice);
      return voice;
    };
  };
  const openChunks = (): Fold<RawAudio, AudioFrame> => {
    const { read } = inlet(settings);
    const chunks = foldOf(cut({ ms: settings.chunkDurationMs }));
    return { ...chunks, push: (audio) => chunks.push(read(audio)) };
  };

  return {
    meter,
    get isSpeaking() {
      return isSpeaking;
    },
    get ahead() {
      return ahead;
    },
    get detection() {
      return detection;
    },
    set detection(next) {
      detection = next;
      ahead = preSpeech(next.preSpeechBufferMs);
    },
    get treatment() {
      return treatment;
    },
    set treatment(next) {
      treatment = next;
    },
    openTreatment({ isMetered }) {
      const { read, write } = inlet(settings);
      const { treat, close } = treatmentOf(isMetered);
      return { process: (audio) => write(treat(read(audio))), close };
    },
    openDetector() {
      const { read } = inlet(settings);
      const detect = detectorOf();
      return (audio) => detect(read(audio));
    },
    openChunks,
    openStream() {
      const chunks = openChunks();
      const { treat, close } = treatmentOf(true);
      const detect = detectorOf();
      const finished = (cutChunks: readonly AudioFrame[]): readonly VoiceFrame[] =>
        cutChunks.map((chunk) => detect({ ...chunk, samples: treat(chunk) }));
      return {
        push: (audio) => finished(chunks.push(audio)),
        end: () => finished(chunks.end()),
        close() {
          chunks.close();
          close();
        },
      };
    },
  };
}
