import create from '@echogarden/speex-resampler-wasm/simd';
import wasmBinary from '../../node_modules/@echogarden/speex-resampler-wasm/wasm/speex-resampler-simd.wasm';

/** The package finds its binary by its own address, which a bundler does not know. */
export default () => create({ wasmBinary });
