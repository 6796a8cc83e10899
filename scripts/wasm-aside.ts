import { readdirSync } from 'node:fs';
import type { Plugin } from 'esbuild';

/** Where our sources take each module of `scripts/wasm` from. */
const packages: Record<string, string> = {
  '@echogarden/speex-resampler-wasm/simd': 'speex-resampler',
  '@ennuicastr/webrtcaec3.js': 'webrtc-aec3',
  '@jitsi/rnnoise-wasm/dist/rnnoise-sync.js': 'rnnoise',
  '@sapphi-red/speex-preprocess-wasm': 'speex-preprocess',
  'libopus-wasm': 'opus',
  // No WebAssembly, but as large, and wanted as seldom.
  './silero-weights.js': 'silero-weights',
};

/** The modules that are built, each with its binary in it: by name, their entries. */
export const wasmEntries = {
  ...Object.fromEntries(
    readdirSync('scripts/wasm')
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
      .map((name) => [`wasm/${name.slice(0, -3)}`, `scripts/wasm/${name}`]),
  ),
  'wasm/silero-weights': 'src/dsp/silero/silero-weights.ts',
};

/** Takes the packages' place by `#wasm/NAME`, which package.json leads to the modules: a file of its own for each, whatever asks for it. */
export const wasmAside: Plugin = {
  name: 'wasm-aside',
  setup: ({ onResolve }) => {
    const names = Object.keys(packages).join('|').replaceAll(/[./]/g, '\\$&');
    onResolve({ filter: new RegExp(`^(${names})$`) }, ({ path }) => ({ path: `#wasm/${packages[path]}`, external: true }));
  },
};

/**
 * The packages look for files and modules of Node where there is Node. With their binaries in them they need none, and a bundler for
 * browsers would look in vain.
 */
export const withoutNode: Plugin = {
  name: 'without-node',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^(node:)?(module|fs|path|url|crypto)$/ }, ({ path }) => ({ path, namespace: 'nothing' }));
    onLoad({ filter: /.*/, namespace: 'nothing' }, () => ({ contents: 'export {};' }));
  },
};
