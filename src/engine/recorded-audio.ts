import type { AudioFrame, Hertz } from '../audio.js';
import { endWav, readWav, wavStart } from '../dsp/wav.js';
import { samplesFrom } from './sent-audio.js';

/**
 * Audio that was recorded, whole.
 *
 * @param audio PCM16 samples or bytes (little endian), or a WAV file: all that `wavSource` reads.
 * @param sampleRate That of PCM16.
 * @throws AudioError `bad_wav` on call, when it begins like a WAV file and is none that can be read.
 */
export const recordedAudio = (audio: Uint8Array | Int16Array, sampleRate: Hertz): AudioFrame => {
  if (audio instanceof Int16Array) return { samples: audio, sampleRate, position: 0 };
  if (!isWav(audio)) return { samples: samplesFrom(audio), sampleRate, position: 0 };
  const [state, samples] = readWav(wavStart, audio);
  return { samples, sampleRate: endWav(state).sampleRate, position: 0 };
};

const isWav = (bytes: Uint8Array): boolean => String.fromCharCode(...bytes.subarray(0, 4)) === 'RIFF';
