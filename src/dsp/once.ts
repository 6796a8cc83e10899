import { AudioError } from '../errors.js';

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
      throw new AudioError(
        `${what}: the WebAssembly module of ${from} could not be loaded; does this runtime or page forbid WebAssembly?`,
        {
          code: 'backend_missing',
          cause,
        },
      );
    });
    return loading;
  };
};
