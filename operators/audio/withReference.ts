import { catchError, EMPTY, ignoreElements, merge, type Observable, of, Subject, switchMap, tap } from 'rxjs';
import { type AudioFrame, durationOf, type Hertz, type Millis, samplesIn } from '../../src/audio.js';
import { clock } from '../../src/clock.js';
import type { Playout } from '../../src/epic.js';
import type { AudioSink, OpenSink } from '../playTo.js';

/** A playout that says what its loudspeaker is given. */
export interface Loudspeaker extends Playout {
  /**
   * What the loudspeaker is given, when it is given it, in frames whose `position` is on the device's clock: a jump is silence. Of whoever plays on it;
   * does not complete, and says nothing while nobody does.
   */
  readonly reference$: Observable<AudioFrame>;
}

/** A sink that says what it is given. */
export interface ReferenceSink {
  readonly open: OpenSink;
  /** As `Loudspeaker.reference$`. */
  readonly reference$: Observable<AudioFrame>;
}

type AudibleSink = AudioSink & Required<Pick<AudioSink, 'reference$'>>;

/** What a sink has taken belongs together when it comes no later than this after what it took before. */
const gapMs: Millis = 100;

/**
 * What a sink that does not say it itself has taken of what was written: in runs without a gap, at the position of the clock where one begins.
 */
const takenOf = (sink: AudioSink, sampleRate: Hertz): AudibleSink => {
  const reference$ = new Subject<AudioFrame>();
  let written: Int16Array[] = [];
  let taken = 0;
  let next = 0;

  const tell = (samples: Int16Array): void => {
    const now = samplesIn(clock.now(), sampleRate) - samples.length;
    if (durationOf(now - next, sampleRate) > gapMs) next = now;
    reference$.next({ samples, sampleRate, position: next });
    next += samples.length;
  };
  const take = (total: number): void => {
    let rest = total - taken;
    taken = total;
    while (rest > 0 && written[0]) {
      const samples = written[0].subarray(0, rest);
      const after = written[0].subarray(samples.length);
      rest -= samples.length;
      written = after.length > 0 ? [after, ...written.slice(1)] : written.slice(1);
      tell(samples);
    }
  };
  return {
    write(samples) {
      written.push(samples);
      sink.write(samples);
    },
    flush() {
      sink.flush();
      written = [];
    },
    taken$: sink.taken$.pipe(tap(take)),
    get aheadSamples() {
      return sink.aheadSamples;
    },
    ...(sink.events$ ? { events$: sink.events$ } : {}),
    reference$,
  };
};

/**
 * Lets others hear what a sink is given, as `cancelEcho` must. A sink that has a `reference$` of its own is believed; of others it is what they say that they
 * have taken.
 *
 * @returns The sink, to be opened as before, and what all that are opened of it are given.
 */
export function withReference(openSink: OpenSink): ReferenceSink {
  const told = new Subject<AudioFrame>();
  const telling = (sink: AudibleSink): Observable<AudioSink> => {
    // Whoever plays must not fail with what only others listen to.
    const tell$ = sink.reference$.pipe(
      tap((frame) => told.next(frame)),
      ignoreElements(),
      catchError(() => EMPTY),
    );
    return merge(tell$, of(sink));
  };
  const says = (sink: AudioSink): sink is AudibleSink => sink.reference$ !== undefined;
  return {
    open: (sampleRate) => openSink(sampleRate).pipe(switchMap((sink) => telling(says(sink) ? sink : takenOf(sink, sampleRate)))),
    reference$: told.asObservable(),
  };
}
