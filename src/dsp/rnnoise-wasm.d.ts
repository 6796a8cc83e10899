/** The package has no types: what `rnnoise.ts` uses of the emscripten module. Pointers are byte offsets into the heap. */
declare module '@jitsi/rnnoise-wasm/dist/rnnoise-sync.js' {
  interface Rnnoise {
    /** Replaced when memory grows. */
    readonly HEAPF32: Float32Array<ArrayBuffer>;
    _malloc(bytes: number): number;
    _free(pointer: number): void;
    _rnnoise_create(model: number): number;
    _rnnoise_destroy(state: number): void;
    /** 480 samples of 48 kHz, -32768 to 32767; the probability of speech. */
    _rnnoise_process_frame(state: number, output: number, input: number): number;
  }
  const create: () => { readonly ready: Promise<Rnnoise> };

  // biome-ignore lint/style/noDefaultExport: the package has one
  export { create as default };
}
