import { defer, merge, type Observable } from 'rxjs';

/** Listens to what comes of an act, and then acts: what is answered at once is heard, too. */
export const listeningTo = <T>(answer$: Observable<T>, act: () => void): Observable<T> =>
  merge(
    answer$,
    defer((): [] => {
      act();
      return [];
    }),
  );
