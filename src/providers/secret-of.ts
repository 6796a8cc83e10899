import { defer, type Observable, type ObservableInput, of } from 'rxjs';
import { wholeText } from '../whole-text.js';

/** A key, a token, or a function that is asked for one at each attempt. */
export type Credential = string | (() => ObservableInput<string>) | undefined;

/** The key or token, asked for on subscription. */
export const secretOf = (credential: Credential): Observable<string | undefined> =>
  defer(() => (typeof credential === 'function' ? wholeText(credential()) : of(credential)));
