import type { Hertz } from '../audio.js';
import { AudioError } from '../errors.js';
import { once } from './once.js';

/** What to convert, and how well. */
export interface ResamplingConfig {
  /** Rate of the input, a whole number of Hz. */
  readonly from: Hertz;
  /** Rate of the output, a whole number of Hz. */
  readonly to: Hertz;
  /**
   * 0 (fastest) to 10 (best). 5: about 11 µs for 20 ms of 48 kHz, signal to noise above 114 dB.
   * @default 5
   */
  readonly quality?: number;
}

/** One stream under conversion. Holds WebAssembly memory until it is closed. */
export interface Resampling {
  /**
   * Takes the next samples and gives what is ready: all but the last `latency` samples' worth. What it gives belongs to the caller.
   */
  process(samples: Int16Array): Int16Array;
  /** Gives the last `count` samples, as if silence followed. Nothing may be processed afterwards. */
  flush(count: number): Int16Array;
  /** Input samples that the filter looks ahead: 40 at quality 5 and upwards conversion, 80 from 48 to 24 kHz. */
  readonly latency: number;
  /** Frees the memory. May be called twice. */
  close(): void;
}

/** The loaded WebAssembly module. */
export interface Resampler {
  /**
   * Begins a stream. Its output is aligned with its input: sample 0 stands for sample 0.
   *
   * @throws RangeError when a rate is no positive whole number, or the quality none of 0 to 10.
   */
  open(config: ResamplingConfig): Resampling;
}

type Wasm = Awaited<ReturnType<typeof import('@echogarden/speex-resampler-wasm/simd').default>>;

/** Samples that go through the heap at a time: 20 ms at 48 kHz, so that memory does not depend on the chunk length. */
const blockSamples = 960;

/** Throws RangeError unless it is a quality of the speex resampler. */
export const assertQuality = (quality: number): void => {
  if (!(Number.isInteger(quality) && quality >= 0 && quality <= 10)) {
    throw new RangeError(`resample: quality must be a whole number from 0 to 10, got ${quality}`);
  }
};

/** Throws RangeError unless it is a rate. */
export const assertRate = (rate: Hertz): void => {
  if (!(Number.isInteger(rate) && rate > 0))
    throw new RangeError(`resample: rates must be whole numbers of Hz above 0, got ${rate}`);
};

const joined = (parts: readonly Int16Array[], length: number): Int16Array => {
  const all = new Int16Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part.subarray(0, length - at), at);
    at += part.length;
    if (at >= length) break;
  }
  return all;
};

function open(wasm: Wasm, { from, to, quality = 5 }: ResamplingConfig): Resampling {
  assertRate(from);
  assertRate(to);
  assertQuality(quality);

  const outputSamples = Math.ceil((blockSamples * to) / from) + 1;
  // two lengths of 4 bytes, then the samples
  const memory = wasm._malloc(8 + 2 * (blockSamples + outputSamples));
  const state = memory === 0 ? 0 : wasm._speex_resampler_init(1, from, to, quality, 0);
  if (state === 0) {
    wasm._free(memory);
    throw new AudioError(`resample: no memory to convert from ${from} to ${to} Hz`, { code: 'backend_missing' });
  }
  wasm._speex_resampler_skip_zeros(state);
  const input = memory + 8;
  const output = input + 2 * blockSamples;
  let isOpen = true;

  const process = (samples: Int16Array): Int16Array => {
    if (!isOpen) throw new AudioError('resample: used after it was closed', { code: 'unsupported' });
    const parts: Int16Array[] = [];
    let length = 0;
    for (let at = 0; at < samples.length; ) {
      const block = samples.subarray(at, at + blockSamples);
      wasm.HEAP16.set(block, input >> 1);
      wasm.HEAPU32[memory >> 2] = block.length;
      wasm.HEAPU32[(memory + 4) >> 2] = outputSamples;
      wasm._speex_resampler_process_int(state, 0, input, memory, output, memory + 4);
      const taken = wasm.HEAPU32[memory >> 2] ?? 0;
      const given = wasm.HEAPU32[(memory + 4) >> 2] ?? 0;
      parts.push(wasm.HEAP16.slice(output >> 1, (output >> 1) + given));
      length += given;
      at += taken;
      if (taken === 0 && given === 0) break;
    }
    const [only] = parts;
    return parts.length === 1 && only ? only : joined(parts, length);
  };

  const latency = wasm._speex_resampler_get_input_latency(state);
  return {
    process,
    flush(count) {
      const parts: Int16Array[] = [];
      let length = 0;
      // rounding may ask for a sample that lies beyond the filter's look-ahead
      while (length < count) {
        const part = process(new Int16Array(latency + 1));
        parts.push(part);
        length += part.length;
      }
      return joined(parts, count);
    },
    latency,
    close() {
      if (!isOpen) return;
      isOpen = false;
      wasm._speex_resampler_destroy(state);
      wasm._free(memory);
    },
  };
}

/**
 * Loads the speex resampler (WebAssembly, 5 ms), once for the whole program.
 *
 * @returns A promise; it rejects with `AudioError` `backend_missing` when the module cannot be loaded, and the next call tries again.
 */
export const loadResampler: () => Promise<Resampler> = once('resample', '@echogarden/speex-resampler-wasm', () =>
  import('@echogarden/speex-resampler-wasm/simd')
    .then((module) => module.default())
    .then((wasm): Resampler => ({ open: (config) => open(wasm, config) })),
);
