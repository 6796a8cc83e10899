import { Observable, Subject } from 'rxjs';
import type { Epic } from '../src/epic.js';
import type { Command, PlayoutPlay } from '../src/events.js';

/** What to play, and how. */
export type PlaySoundConfig = Omit<PlayoutPlay, 'type' | 'stop$'>;

/**
 * The epic of a sound that plays while the epic is alive, for the epics of a lane: begins it with `playout.play` when subscribed, and stops it, with
 * a short fade, when unsubscribed. A sound that is over before that is not begun again.
 *
 * Emits one command and never completes.
 *
 * @param config The name of the sound, `source$`, and how it sounds under speech.
 */
export const playSound =
  (config: PlaySoundConfig): Epic =>
  () =>
    new Observable<Command>((subscriber) => {
      // An epic that has ended can emit no command: the one that began the sound also ends it.
      const stop$ = new Subject<void>();
      subscriber.next({ ...config, type: 'playout.play', stop$ });
      return () => stop$.next();
    });
