import { defer, type Observable, retry, tap, throwError, timeout, timer } from 'rxjs';
import type { Millis } from './audio.js';
import { clock } from './clock.js';
import { AudioError } from './errors.js';

/** A device to open. */
export interface Way<T> {
  /** For people. */
  readonly device: string;
  /** Subscribing opens it, the first value says that it is open; errors when it is lost or cannot be had. */
  readonly open$: Observable<T>;
}

export interface KeepOpenConfig {
  /** How long to try, in milliseconds; 0 for not at all. */
  readonly giveUpMs: Millis;
  /** What was open is lost. */
  lost(device: string, error: AudioError): void;
  /** Something is open again, `awayMs` after the loss; its first value comes next. */
  restored(device: string, awayMs: Millis): void;
}

/** One that was open for so long may count as sound: if it is lost, that is a new loss. */
const soundMs: Millis = 1000;
/** A sound server may take seconds to wake a device, but one that says nothing must not stand in the way of the next. */
const openMs: Millis = 5000;
const firstDelayMs: Millis = 200;
const maxDelayMs: Millis = 2000;

const asAudioError = (cause: unknown): AudioError => {
  if (cause instanceof AudioError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  return new AudioError(`the device failed: ${message}`, { code: 'device_lost', retryable: true, cause });
};

/**
 * Opens the first way; when that is lost, opens it again, or the next ones, until one is open: at once, then after 200 ms doubled up to 2 s.
 *
 * What cannot be opened in the first place errors: it counts as having been open when it has given two values, or lasted for 1 s. After a loss
 * errors only when nothing was to be had for `giveUpMs`, with what was lost.
 */
export const keepOpen = <T>(ways: readonly [Way<T>, ...Way<T>[]], { giveUpMs, lost, restored }: KeepOpenConfig): Observable<T> =>
  defer(() => {
    let tries = 0;
    let values = 0;
    let openedAt: Millis = 0;
    let hasWorked = false;
    let loss: { readonly at: Millis; readonly error: AudioError } | undefined;

    const way = (): Way<T> => ways[tries % ways.length] ?? ways[0];
    const silent = (): Observable<never> =>
      throwError(() => new AudioError(`${way().device} opens, but gives no sign of life`, { code: 'open_failed' }));
    const open$ = defer(() => {
      values = 0;
      return hasWorked ? way().open$.pipe(timeout({ first: openMs, with: silent })) : way().open$;
    });
    const accept = (): void => {
      values += 1;
      if (values > 1) return;
      openedAt = clock.now();
      if (loss) restored(way().device, openedAt - loss.at);
    };
    const delayOf = (): Millis => {
      const round = Math.floor(tries / ways.length);
      return round === 0 || tries % ways.length > 0 ? 0 : Math.min(maxDelayMs, firstDelayMs * 2 ** (round - 1));
    };
    const next = (cause: unknown): Observable<unknown> => {
      const error = asAudioError(cause);
      const now = clock.now();
      const wasOpen = values > 0;
      const wasSound = wasOpen && now - openedAt >= soundMs;
      hasWorked ||= wasSound || values > 1;
      if (!hasWorked || giveUpMs === 0) return throwError(() => error);
      if (wasOpen) lost(way().device, error);
      if (loss && !wasSound) tries += 1;
      else {
        tries = 0;
        loss = { at: now, error };
      }
      const { at, error: first } = loss;
      const leftMs = at + giveUpMs - now;
      return leftMs <= 0 ? throwError(() => first) : timer(Math.min(delayOf(), leftMs));
    };
    return open$.pipe(tap(accept), retry({ delay: next }));
  });
