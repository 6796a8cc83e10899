import {
  catchError,
  concat,
  defer,
  EMPTY,
  ignoreElements,
  map,
  merge,
  type Observable,
  of,
  Subject,
  take,
  tap,
  throwError,
} from 'rxjs';
import type { AudioFrame } from '../audio.js';
import { AudioError, EngineError } from '../errors.js';
import { asEngineError } from './event-failure.js';
import { listeningTo } from './listening-to.js';
import { type Listening, type SpokenInputConfig, spokenInput } from './spoken-input.js';

/** The microphone of a conversation: open while somebody listens. */
export interface CallMicrophone {
  /** What the conversation hears of it, without a break. */
  readonly voice$: Observable<AudioFrame>;
  readonly listening: Listening;
  /**
   * Listens, when subscribed. Emits once when audio has come, at once where it does already; errors when none will: with what is wrong with the
   * microphone, with `EngineError` when listening was stopped (`cancelled`) or the conversation has ended (`NOT_CONNECTED`), with what that ended with.
   */
  listen(wanted: Exclude<Listening, 'off'>): Observable<true>;
  /** Listens no more. */
  stop(): void;
}

export interface CallMicrophoneConfig extends Pick<SpokenInputConfig, 'microphone$' | 'silenceMs' | 'sampleRate'> {
  /** Completes or errors with the conversation. */
  readonly event$: Observable<unknown>;
  /** Each frame. */
  heard(frame: AudioFrame): void;
  /** No more frames come: somebody stopped to listen, the source has ended, or it failed. */
  quiet(reason: 'stopped' | 'completed' | 'failed', error?: unknown): void;
}

export const callMicrophone = ({ microphone$, event$, heard, quiet, ...config }: CallMicrophoneConfig): CallMicrophone => {
  const listening$ = new Subject<Listening>();
  /** Whether audio comes: an error says why it does not. */
  const news$ = new Subject<true | EngineError>();
  let listening: Listening = 'off';
  let isAudible = false;

  const fallSilent = (reason: 'stopped' | 'completed' | 'failed', error?: unknown): void => {
    isAudible = false;
    // One that is stopped may be about to be opened anew.
    if (reason !== 'stopped') listening = 'off';
    if (reason === 'failed') news$.next(asEngineError(error, 'the microphone failed'));
    if (reason === 'completed') news$.next(soundless());
    quiet(reason, error);
    // What was being said ends there, unless somebody listens again already.
    if (reason !== 'stopped' && listening === 'off') listening$.next('off');
  };
  const heard$ = microphone$.pipe(
    tap({
      next(frame) {
        isAudible = true;
        heard(frame);
        news$.next(true);
      },
      complete: () => fallSilent('completed'),
      error: (error: unknown) => fallSilent('failed', error),
      unsubscribe: () => fallSilent('stopped'),
    }),
    catchError(() => EMPTY),
  );
  const change = (wanted: Listening): void => {
    // What was being said ends where only the application hears on.
    if (listening === 'send' && wanted === 'collect') listening$.next('off');
    listening = wanted;
    listening$.next(wanted);
  };
  /** Somebody may listen before the conversation is put together. */
  const asked$ = defer(() => (listening === 'off' ? [] : [listening]));
  const told$ = merge(
    news$,
    concat(
      event$.pipe(ignoreElements()),
      throwError(() => ended()),
    ),
  ).pipe(
    map((news) => {
      if (news !== true) throw news;
      return news;
    }),
  );

  return {
    voice$: spokenInput({ ...config, listening$: merge(listening$, asked$), microphone$: heard$ }),
    get listening() {
      return listening;
    },
    listen: (wanted) =>
      defer(() => {
        if (listening === wanted && isAudible) return of(true as const);
        return listeningTo(told$, () => {
          if (listening !== wanted) change(wanted);
        }).pipe(take(1));
      }),
    stop() {
      if (listening === 'off') return;
      change('off');
      news$.next(new EngineError('listening was stopped before the microphone gave any audio', { code: 'cancelled' }));
    },
  };
};

const soundless = (): AudioError => new AudioError('the microphone ended before it gave any audio', { code: 'no_device' });

const ended = (): EngineError =>
  new EngineError('the conversation ended before the microphone gave any audio', { code: 'NOT_CONNECTED', retryable: true });
