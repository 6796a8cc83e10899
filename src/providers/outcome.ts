import { EMPTY, from, type Observable } from 'rxjs';
import type { Outcome } from './transport.js';

/** Waits for what a method has answered. Libraries answer other things, too, such as the `true` of an emitter: nothing to wait for. */
export const settled = (outcome: Outcome): Observable<unknown> => {
  try {
    return from(outcome ?? EMPTY);
  } catch {
    return EMPTY;
  }
};
