import { loadSpeexModule as load } from '@sapphi-red/speex-preprocess-wasm';
import wasmBinary from '../../node_modules/@sapphi-red/speex-preprocess-wasm/dist/speex.wasm';

/** The package finds its binary by its own address, which a bundler does not know. */
export const loadSpeexModule: typeof load = () => load({ wasmBinary });
