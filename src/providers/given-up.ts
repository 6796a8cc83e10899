import { ConnectionError, type EngineError } from '../errors.js';

/** What ends a conversation that was tried often and long enough: the last error, with those of all attempts as its cause. */
export const givenUp = (
  errors: readonly EngineError[],
  { message, code, closeCode, status, retryAfterMs }: EngineError,
): EngineError =>
  new ConnectionError(`gave up after ${errors.length} attempts: ${message}`, {
    code,
    retryable: true,
    ...(closeCode === undefined ? {} : { closeCode }),
    ...(status === undefined ? {} : { status }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    cause: new AggregateError(errors),
  });
