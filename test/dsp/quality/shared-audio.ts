import { readFileSync } from 'node:fs';
import { endWav, readWav, wavStart } from '../../../src/dsp/wav.js';
import { shared } from '../../shared.js';

/** The samples of a recording of the shared folder, and their rate. */
export const recording = (name: string): { readonly samples: Float64Array; readonly sampleRate: number } => {
  const [state, samples] = readWav(wavStart, readFileSync(shared(`audio/${name}`)));
  return { samples: Float64Array.from(samples), sampleRate: endWav(state).sampleRate };
};

/** Mean square of samples. */
export const powerOf = (samples: Float64Array): number => samples.reduce((sum, x) => sum + x * x, 0) / samples.length;

/** Rounded, and clamped to 16 bits as a converter does. */
export const pcm16 = (samples: Float64Array): Int16Array =>
  Int16Array.from(samples, (x) => Math.max(-32_768, Math.min(32_767, Math.round(x))));

/** Mean square of the blocks of 20 ms that are within 30 dB of the loudest, and of those up to 100 ms after. */
export const activePower = (samples: Float64Array, sampleRate: number): number => {
  const size = sampleRate / 50;
  const blocks = Array.from({ length: Math.floor(samples.length / size) }, (_, i) =>
    powerOf(samples.subarray(i * size, (i + 1) * size)),
  );
  const least = Math.max(...blocks) / 1000;
  const active = blocks.filter((_, i) => blocks.slice(Math.max(0, i - 5), i + 1).some((power) => power > least));
  return active.reduce((sum, power) => sum + power, 0) / active.length;
};

/** With 600 ms of silence put in about every 1.2 s, where it is quietest: as people speak who think. */
export const withPauses = (samples: Float64Array, sampleRate: number): Float64Array => {
  const size = sampleRate / 50;
  const powerAt = (block: number): number => powerOf(samples.subarray(block * size, (block + 1) * size));
  const parts: number[] = [];
  for (let block = 0; (block + 80) * size < samples.length; ) {
    let best = block + 60;
    for (let at = best; at < block + 75; at++) if (powerAt(at) < powerAt(best)) best = at;
    parts.push(...samples.subarray(block * size, best * size), ...new Array<number>(30 * size).fill(0));
    block = best;
  }
  return Float64Array.from(parts);
};
