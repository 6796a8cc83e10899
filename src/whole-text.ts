import { from, type Observable, type ObservableInput, of } from 'rxjs';

/** A text that a function of the application gives, at once or later. A string is an iterable, too: rxjs alone would take it apart into letters. */
export const wholeText = (given: ObservableInput<string>): Observable<string> =>
  typeof given === 'string' ? of(given) : from(given);
