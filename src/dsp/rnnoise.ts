import type { Hertz } from '../audio.js';
import { AudioError } from '../errors.js';
import { atRate, conversionDelay } from './at-rate.js';
import type { FrameProcessor } from './frame-processor.js';
import { inBlocks } from './in-blocks.js';
import { once } from './once.js';
import { perRate, type Treatment } from './per-rate.js';
import { loadResampler } from './resampler.js';

type Wasm = Awaited<ReturnType<typeof import('@jitsi/rnnoise-wasm/dist/rnnoise-sync.js').default>['ready']>;

/** RNNoise knows this rate alone, in blocks of 10 ms. */
const ownRate: Hertz = 48_000;
const blockSamples = 480;

/** RNNoise 0.2 gives a block when it has heard the next two: one that its window overlaps, one that it looks ahead. */
const lookAheadSamples = 960;

/** By how many samples the sound comes out later, at a rate of the audio. */
export const rnnoiseDelay = (rate: Hertz): number =>
  Math.round(((blockSamples + lookAheadSamples) * rate) / ownRate) + conversionDelay(rate, ownRate);

const open = (wasm: Wasm): Treatment => {
  const state = wasm._rnnoise_create(0);
  const pointer = wasm._malloc(4 * blockSamples);
  if (state === 0 || pointer === 0)
    throw new AudioError('reduceNoise: no memory for another RNNoise', { code: 'backend_missing' });
  let view = new Float32Array(0);
  return inBlocks({
    block() {
      // A view of memory that has moved has no length.
      if (view.length === 0) view = new Float32Array(wasm.HEAPF32.buffer, pointer, blockSamples);
      return view;
    },
    run: () => void wasm._rnnoise_process_frame(state, pointer, pointer),
    close() {
      wasm._rnnoise_destroy(state);
      wasm._free(pointer);
    },
  });
};

/** Loads RNNoise (WebAssembly, 2 MB), once for the whole program. */
export const loadRnnoise: () => Promise<() => FrameProcessor> = once('reduceNoise', '@jitsi/rnnoise-wasm', () =>
  Promise.all([
    import('@jitsi/rnnoise-wasm/dist/rnnoise-sync.js').then((module) => module.default().ready),
    loadResampler(),
  ]).then(
    ([wasm, resampler]) =>
      () =>
        perRate({
          delayOf: rnnoiseDelay,
          open: (from) => atRate({ resampler, from, to: ownRate, treatment: open(wasm) }),
        }),
  ),
);
