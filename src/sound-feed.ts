import { defer, from, map, Observable, Subject, Subscription, take, takeUntil } from 'rxjs';
import type { AudioFrame, Hertz, Millis } from './audio.js';
import { assertRate, loadResampler, type Resampler } from './dsp/resampler.js';
import { AudioError } from './errors.js';
import type { PlayoutPlay, Subscribable } from './events.js';
import { createSound, type Sound } from './sound.js';
import type { SoundMixer } from './sound-mixer.js';

/** Runs the sources of own sounds. */
export interface SoundFeed {
  /** Begins a sound, and stops the one of its name. */
  play(command: PlayoutPlay): void;
  stop(isMeant: (sound: Sound) => boolean): void;
  /** The device is opened, at this rate. */
  open(sampleRate: Hertz): void;
  /** Ends all, and frees what they hold. */
  close(): void;
}

/** Of samples that say no rate: the service's. */
const bareRate: Hertz = 24_000;

/** More than this need not wait in memory: 29 MB at 24 kHz. */
const mostWaitingMs: Millis = 600_000;

/**
 * Subscribes to sources and gives their frames to sounds of the mixer; a source that errors ends its sound and nothing else.
 *
 * @param resampler Loaded when audio first has another rate than the device, where it is not given.
 * @param changed Called when there may be something new to play, or a sound may be over.
 */
export const createSoundFeed = (mixer: SoundMixer, resampler: Resampler | undefined, changed: () => void): SoundFeed => {
  const loading = new Subscription();
  let loaded = resampler;
  let rate = bareRate;

  /** For one sound: loads it when first asked, and fails that sound alone, so that the next one may try again. */
  const lazyResampler = (): (() => Resampler | undefined) => {
    let isAsked = false;
    let failure: { readonly error: unknown } | undefined;
    const next = (value: Resampler): void => {
      loaded = value;
      changed();
    };
    const error = (error: unknown): void => {
      failure = { error };
      changed();
    };
    return () => {
      if (failure) throw failure.error;
      if (!loaded && !isAsked) {
        isAsked = true;
        loading.add(from(loadResampler()).subscribe({ next, error }));
      }
      return loaded;
    };
  };
  const framesOf = (source$: PlayoutPlay['source$'], sound: Sound): Observable<AudioFrame> => {
    let position = 0;
    const framed = (audio: AudioFrame | Int16Array): AudioFrame => {
      if (sound.waitingMs > mostWaitingMs) throw tooFast(sound);
      const frame = audio instanceof Int16Array ? { samples: audio, sampleRate: bareRate, position } : audio;
      assertRate(frame.sampleRate);
      position += frame.samples.length;
      return frame;
    };
    return observable(source$).pipe(map(framed));
  };

  return {
    play(command) {
      const over$ = new Subject<void>();
      let isOver = false;
      const closed = (): void => {
        isOver = true;
        over$.next();
      };
      const sound = createSound(command, rate, { resampler: lazyResampler(), closed });
      mixer.stop(({ id }) => id === command.id);
      mixer.add(sound);
      const end = (error?: unknown): void => {
        if (isOver) return;
        sound.end(error);
        changed();
      };
      const push = (frame: AudioFrame): void => {
        sound.push(frame);
        changed();
      };
      const stop = (): void => {
        mixer.stop((one) => one === sound);
        changed();
      };
      const { source$, stop$ } = command;
      if (stop$) observable(stop$).pipe(take(1), takeUntil(over$)).subscribe({ next: stop, error: end });
      if (isOver) return;
      framesOf(source$, sound).pipe(takeUntil(over$)).subscribe({ next: push, error: end, complete: end });
    },
    stop(isMeant) {
      mixer.stop(isMeant);
      changed();
    },
    open(sampleRate) {
      rate = sampleRate;
      mixer.open(rate);
    },
    close() {
      loading.unsubscribe();
      mixer.close();
    },
  };
};

/** Whatever goes wrong with it errors the Observable. */
const observable = <T>(source$: Subscribable<T>): Observable<T> =>
  defer(
    () =>
      new Observable<T>((subscriber) => {
        const running = source$.subscribe(subscriber);
        return () => running.unsubscribe();
      }),
  );

const tooFast = ({ id }: Sound): AudioError =>
  new AudioError(`playout.play ${id}: more than ten minutes of audio wait to be played; let the source keep pace`, {
    code: 'backpressure',
  });
