import { type AudioFrame, type Millis, samplesIn } from '../../src/audio.js';
import { type Ear, type Heard, listener } from '../../src/cli/listen.js';

/** As a microphone would deliver it. */
const pieceMs: Millis = 20;

/** Cuts whole audio into frames of 20 ms, which view it; the last may be shorter. */
export const pieces = ({ samples, sampleRate, position }: AudioFrame): readonly AudioFrame[] => {
  const size = Math.max(1, samplesIn(pieceMs, sampleRate));
  return Array.from({ length: Math.ceil(samples.length / size) }, (_, at) => ({
    samples: samples.subarray(at * size, (at + 1) * size),
    sampleRate,
    position: position + at * size,
  }));
};

/** What is heard in whole audio. */
export const heardIn = (audio: AudioFrame, ear: Ear): Heard => {
  const { hear, end } = listener(ear);
  pieces(audio).forEach(hear);
  return end();
};
