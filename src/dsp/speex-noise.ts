import { type Hertz, samplesIn } from '../audio.js';
import { AudioError } from '../errors.js';
import type { FrameProcessor } from './frame-processor.js';
import { inBlocks } from './in-blocks.js';
import { once } from './once.js';
import { packageFile } from './package-file.js';
import { perRate, type Treatment } from './per-rate.js';

type Wasm = Awaited<ReturnType<typeof import('@sapphi-red/speex-preprocess-wasm').loadSpeexModule>>;

/** Shorter blocks than this tell noise from speech worse; 10 ms would leave no time within 20 ms. */
const blockMs = 8;

/** Its transform takes an even number of samples. */
const blockSamples = (rate: Hertz): number => 2 * samplesIn(blockMs / 2, rate);

/** By how many samples the sound comes out later: a block until it is full, and one that its window overlaps. */
export const speexDelay = (rate: Hertz): number => 2 * blockSamples(rate);

/** `SPEEX_PREPROCESS_SET_NOISE_SUPPRESS` of speex_preprocess.h. */
const setNoiseSuppress = 18;

/** How far noise is lowered at most, in decibels. Speex's own -15 leaves it well audible. */
const suppressDb = -25;

const open = (wasm: Wasm, rate: Hertz): Treatment => {
  const count = blockSamples(rate);
  const state = wasm._speex_preprocess_state_init(count, rate);
  const pointer = wasm._malloc(2 * Math.max(2, count));
  if (state === 0 || pointer === 0) throw new AudioError('reduceNoise: no memory for another Speex', { code: 'backend_missing' });
  wasm.HEAP32[pointer >> 2] = suppressDb;
  wasm._speex_preprocess_ctl(state, setNoiseSuppress, pointer);
  let view = new Int16Array(0);
  return inBlocks({
    block() {
      // A view of memory that has moved has no length.
      if (view.length === 0) view = new Int16Array(wasm.HEAP16.buffer, pointer, count);
      return view;
    },
    run: () => void wasm._speex_preprocess_run(state, pointer),
    close() {
      wasm._speex_preprocess_state_destroy(state);
      wasm._free(pointer);
    },
  });
};

/** Loads the preprocessor of Speex (WebAssembly, 57 kB), once for the whole program. */
export const loadSpeexNoise: () => Promise<() => FrameProcessor> = once('reduceNoise', '@sapphi-red/speex-preprocess-wasm', () =>
  import('@sapphi-red/speex-preprocess-wasm')
    .then(({ loadSpeexModule }) => {
      const file = packageFile('@sapphi-red/speex-preprocess-wasm/speex.wasm');
      return loadSpeexModule(file ? { wasmBinary: file } : {});
    })
    .then((wasm) => () => perRate({ delayOf: speexDelay, open: (rate) => open(wasm, rate) })),
);
