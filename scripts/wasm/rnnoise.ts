// Has its binary in it.
export { default } from '@jitsi/rnnoise-wasm/dist/rnnoise-sync.js';
