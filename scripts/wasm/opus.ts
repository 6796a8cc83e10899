// Has its binary in it.
export * from 'libopus-wasm';
