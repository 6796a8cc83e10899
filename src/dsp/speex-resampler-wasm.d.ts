/** The package has no types: what `resampler.ts` uses of the emscripten module. Pointers are byte offsets into the heap. */
declare module '@echogarden/speex-resampler-wasm/simd' {
  interface SpeexResampler {
    /** Replaced when memory grows: read anew after each call that may allocate. */
    readonly HEAP16: Int16Array;
    readonly HEAPU32: Uint32Array;
    _malloc(bytes: number): number;
    _free(pointer: number): void;
    _speex_resampler_init(channels: number, from: number, to: number, quality: number, error: number): number;
    _speex_resampler_skip_zeros(state: number): number;
    _speex_resampler_process_int(
      state: number,
      channel: number,
      input: number,
      inputLength: number,
      output: number,
      outputLength: number,
    ): number;
    _speex_resampler_get_input_latency(state: number): number;
    _speex_resampler_destroy(state: number): void;
  }
  const load: (module?: { readonly wasmBinary?: Uint8Array }) => Promise<SpeexResampler>;

  // biome-ignore lint/style/noDefaultExport: the package has one
  export { load as default };
}
