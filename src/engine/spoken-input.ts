import { defer, ignoreElements, type MonoTypeOperatorFunction, map, type Observable, range, switchMap } from 'rxjs';
import { type AudioFrame, endOf, type Hertz, type Millis, samplesIn } from '../audio.js';

/** `send`: the provider hears the microphone. `collect`: only the application does. `off`: nobody. */
export type Listening = 'send' | 'collect' | 'off';

export interface SpokenInputConfig {
  /** What to do with the microphone from now on. */
  readonly listening$: Observable<Listening>;
  /** Subscribed whenever listening begins, unsubscribed when it ends. */
  readonly microphone$: Observable<AudioFrame>;
  /** Silence that follows when listening ends, in which the detector of speech finds the end of what was being said. */
  readonly silenceMs: Millis;
  /** Rate of that silence. */
  readonly sampleRate: Hertz;
}

/** Length of the frames of silence. */
const frameMs: Millis = 20;

/**
 * What the microphone hears while somebody listens, as one stream without a break: `position` goes on where it was. Errors as the microphone does;
 * completes when `listening$` has.
 */
export const spokenInput = ({ listening$, microphone$, silenceMs, sampleRate }: SpokenInputConfig): Observable<AudioFrame> => {
  const samples = new Int16Array(samplesIn(frameMs, sampleRate));
  const silence$ = range(0, Math.ceil(silenceMs / frameMs)).pipe(
    map((index): AudioFrame => ({ samples, sampleRate, position: index * samples.length })),
  );
  const sources: Readonly<Record<Listening, Observable<AudioFrame>>> = {
    send: microphone$,
    collect: microphone$.pipe(ignoreElements()),
    off: silence$,
  };
  return listening$.pipe(
    switchMap((listening) => sources[listening]),
    joined(),
  );
};

/** Sources one after the other as if they were one: one that begins at a position of its own goes on where the last one ended. */
const joined = (): MonoTypeOperatorFunction<AudioFrame> => (source) =>
  defer(() => {
    let next = 0;
    let offset = 0;
    return source.pipe(
      map((frame) => {
        if (frame.position + offset < next) offset = next - frame.position;
        const moved = offset === 0 ? frame : { ...frame, position: frame.position + offset };
        next = endOf(moved);
        return moved;
      }),
    );
  });
