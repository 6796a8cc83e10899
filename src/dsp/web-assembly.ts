/** What is used of the `WebAssembly` that all runtimes have; TypeScript knows it only with the DOM. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: Record<string, unknown> };
};

/** Bytes of base64 text. */
export const bytesOf = (base64: string): Uint8Array => {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
};

/**
 * Compiles a module that imports nothing, at once: for those of some hundred bytes.
 *
 * @returns What it exports, or undefined where the runtime has no such instructions, or its policy forbids them.
 */
export const instantiate = <Exports>(base64: string): Exports | undefined => {
  try {
    return new WebAssembly.Instance(new WebAssembly.Module(bytesOf(base64))).exports as Exports;
  } catch {
    return undefined;
  }
};
