import { ignoreElements, merge, type Observable, of, tap } from 'rxjs';
import type { AudioFrame } from '../../src/audio.js';
import type { EchoCanceller } from '../../src/dsp/echo/echo-canceller.js';

/** The canceller, which hears the loudspeaker for as long as it is subscribed to. Errors with the loudspeaker. */
export const hearing =
  (reference$: Observable<AudioFrame>) =>
  (canceller: EchoCanceller): Observable<EchoCanceller> =>
    merge(
      of(canceller),
      reference$.pipe(
        tap((far) => canceller.reference(far)),
        ignoreElements(),
      ),
    );
