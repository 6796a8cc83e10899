import { diag } from '@opentelemetry/api';

/** Does something, or else tells the diagnostics of OpenTelemetry: what watches a call must not disturb it. */
export const quietly = <Result>(act: () => Result): Result | undefined => {
  try {
    return act();
  } catch (error) {
    warn(error);
    return undefined;
  }
};

const warn = (error: unknown): void => {
  try {
    diag.warn('rxvox/otel: the tracer or the meter threw', error);
  } catch {
    // Nobody is left to tell.
  }
};
