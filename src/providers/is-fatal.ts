import type { EngineError, ErrorCode } from '../errors.js';

export interface FatalContext {
  /** The error before this one, unless a session has held since. */
  readonly previous?: EngineError | undefined;
  /**
   * Whether each attempt asks for fresh credentials: `Provider.renewsCredentials`.
   * @default false
   */
  readonly renewsCredentials?: boolean | undefined;
}

const refusals: ReadonlySet<ErrorCode> = new Set(['unauthorized', 'forbidden']);

/**
 * Whether an error of a connection leaves nothing to try.
 *
 * Those that are `retryable` never do. Of the others a close for a breach of the protocol is worth one more attempt, as are
 * refused credentials where the next attempt has fresh ones; the same again is fatal. So is all else at once: wrong
 * settings, TLS, a quota that is used up.
 */
export const isFatal = (error: EngineError, { previous, renewsCredentials = false }: FatalContext = {}): boolean => {
  if (error.retryable) return false;
  const mayRepeat = error.code === 'protocol' || (renewsCredentials && refusals.has(error.code));
  return !mayRepeat || previous?.code === error.code;
};
