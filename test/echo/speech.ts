import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadResampler } from '../../src/dsp/resampler.js';

const read = (name: string): Int16Array => {
  const bytes = readFileSync(fileURLToPath(new URL(`../../assets/${name}-24k.wav`, import.meta.url)));
  const start = bytes.indexOf('data') + 8;
  return new Int16Array(
    bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length - ((bytes.length - start) % 2)),
  );
};

const resampler = await loadResampler();

const at = (samples: Int16Array, sampleRate: number): Int16Array => {
  if (sampleRate === 24_000) return samples;
  const stream = resampler.open({ from: 24_000, to: sampleRate });
  const first = stream.process(samples);
  const last = stream.flush(Math.round((samples.length * sampleRate) / 24_000) - first.length);
  stream.close();
  const all = new Int16Array(first.length + last.length);
  all.set(first);
  all.set(last, first.length);
  return all;
};

/** Recorded speech, over and over, `seconds` long. */
const speech =
  (name: string) =>
  (sampleRate: number, seconds: number, { gain, fromS }: { readonly gain: number; readonly fromS: number }): Float64Array => {
    const samples = at(read(name), sampleRate);
    const from = Math.round(fromS * sampleRate);
    return Float64Array.from({ length: seconds * sampleRate }, (_, i) => gain * (samples[(from + i) % samples.length] ?? 0));
  };

/** What the loudspeaker says: -22 dBFS, 7.6 s long. */
export const assistant = (sampleRate: number, seconds: number): Float64Array =>
  speech('interruption')(sampleRate, seconds, { gain: 2.5, fromS: 0 });
/** What somebody says meanwhile: -28 dBFS, 3.6 s long. Not from its beginning, for the two begin with the same words. */
export const somebody = (sampleRate: number, seconds: number): Float64Array =>
  speech('question-tokyo')(sampleRate, seconds, { gain: 1, fromS: 1.9 });
