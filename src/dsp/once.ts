import { AudioError } from '../errors.js';

/** Throws that a WebAssembly module is not to be had: to be given to `catch`. */
export const missing =
  (what: string, from: string) =>
  (cause: unknown): never => {
    throw new AudioError(
      `${what}: the WebAssembly module of ${from} could not be loaded; does this runtime or page forbid WebAssembly?`,
      { code: 'backend_missing', cause },
    );
  };

/**
 * Loads something once for the whole program. The promise rejects with `AudioError` `backend_missing` when that fails, and the next call tries again.
 *
 * @param what Who needs it, for the error.
 * @param from The package it comes from.
 */
export const once = <Loaded>(what: string, from: string, load: () => Promise<Loaded>): (() => Promise<Loaded>) => {
  let loading: Promise<Loaded> | undefined;
  return () => {
    loading ??= load().catch((cause: unknown) => {
      loading = undefined;
      return missing(what, from)(cause);
    });
    return loading;
  };
};
