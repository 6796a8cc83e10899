import { combineLatest, distinctUntilChanged, map, type Observable, of, scan, startWith, switchMap } from 'rxjs';
import type { Millis } from '../src/audio.js';
import type { VoiceEvent } from '../src/events.js';
import type { SessionState } from '../src/state/session-state.js';
import { wait } from '../src/wait.js';
import { ofType } from './ofType.js';

/** Why a condition holds, in a word; undefined while it does not. */
export type Reason = string | undefined;

/**
 * Something that holds or does not, as time goes on: the user speaks, a key is down, the sentence is complete. Emits why
 * it holds when it begins to, and undefined when it does so no longer; holds not until it has emitted.
 */
export type TurnCondition = (events$: Observable<VoiceEvent>, state: () => SessionState) => Observable<Reason>;

/** Holds while one of these does, and for its reason: the first in this order. */
export const whenAny =
  (...conditions: readonly TurnCondition[]): TurnCondition =>
  (events$, state) =>
    combineLatest(conditions.map((condition) => condition(events$, state).pipe(startWith<Reason>(undefined)))).pipe(
      map((reasons) => reasons.find((reason) => reason !== undefined)),
      distinctUntilChanged(),
    );

/** Holds while all of these do; their reasons are joined by `+`. */
export const whenAll =
  (...conditions: readonly TurnCondition[]): TurnCondition =>
  (events$, state) =>
    combineLatest(conditions.map((condition) => condition(events$, state).pipe(startWith<Reason>(undefined)))).pipe(
      map((reasons) => (reasons.includes(undefined) ? undefined : reasons.join('+'))),
      distinctUntilChanged(),
    );

/** Holds while this does not, for that reason. */
export const whenNot =
  (condition: TurnCondition, reason: string): TurnCondition =>
  (events$, state) =>
    condition(events$, state).pipe(
      startWith<Reason>(undefined),
      map((held) => (held === undefined ? reason : undefined)),
      distinctUntilChanged(),
    );

/** Holds while the user speaks, as the client's VAD hears it. */
export const speaking = (): TurnCondition => (events$) =>
  events$.pipe(
    ofType('speech.started', 'speech.stopped'),
    map(({ type }) => (type === 'speech.started' ? 'speech' : undefined)),
  );

/** Holds once the user has been silent for `ms` more than the `speechEndMs` in which the client's VAD sees that. */
export const silence = ({ ms = 0 }: { readonly ms?: Millis } = {}): TurnCondition => {
  if (!(ms >= 0)) throw new RangeError(`silence: ms must be 0 or more, got ${ms}`);
  const reason: Reason = 'silence';
  return (events$) =>
    events$.pipe(
      ofType('speech.started', 'speech.stopped'),
      switchMap(({ type }) =>
        type === 'speech.started' ? of(undefined) : ms === 0 ? of(reason) : wait(ms).pipe(map(() => reason)),
      ),
    );
};

/** Holds while the service's own detector, server VAD or semantic VAD, hears the user speak. */
export const heardByService = (): TurnCondition => (events$) =>
  events$.pipe(
    ofType('input_audio_buffer.speech_started', 'input_audio_buffer.speech_stopped'),
    map(({ type }) => (type === 'input_audio_buffer.speech_started' ? 'service' : undefined)),
  );

/** Holds once the service's own detector, server VAD or semantic VAD, says that the user has finished. */
export const endedByService = (): TurnCondition => (events$) =>
  events$.pipe(
    ofType('input_audio_buffer.speech_started', 'input_audio_buffer.speech_stopped'),
    map(({ type }) => (type === 'input_audio_buffer.speech_stopped' ? 'service' : undefined)),
  );

/** Holds while a key is down: `key$` says true for down and false for up. */
export const keyHeld =
  (key$: Observable<boolean>): TurnCondition =>
  () =>
    key$.pipe(map((isDown) => (isDown ? 'push_to_talk' : undefined)));

/** Holds while the assistant is heard, and `tailMs` longer: what the device still holds, and the echo of the room. */
export const assistantHeard = ({ tailMs = 250 }: { readonly tailMs?: Millis } = {}): TurnCondition => {
  if (!(tailMs >= 0)) throw new RangeError(`assistantHeard: tailMs must be 0 or more, got ${tailMs}`);
  return (events$) =>
    events$.pipe(
      ofType('playout.started', 'playout.drained', 'playout.flushed', 'playout.failed'),
      switchMap(
        ({ type }): Observable<Reason> =>
          type === 'playout.started' ? of('assistant') : wait(tailMs).pipe(map(() => undefined)),
      ),
    );
};

/** Holds once the user has spoken for `ms` in one turn, pauses not counted. */
export const monologue = ({ ms = 60_000 }: { readonly ms?: Millis } = {}): TurnCondition => {
  if (!(ms > 0)) throw new RangeError(`monologue: ms must be above 0, got ${ms}`);
  return (events$) =>
    events$.pipe(
      ofType('speech.progress', 'speech.stopped', 'turn.started', 'turn.ended', 'turn.abandoned'),
      scan(
        ({ before, current, skipped }, event) => {
          if (event.type === 'speech.progress') return { before, current: event.durationMs, skipped };
          if (event.type === 'speech.stopped') return { before: before + event.durationMs - skipped, current: 0, skipped: 0 };
          // What was said so far belongs to another turn.
          return { before: 0, current, skipped: current };
        },
        { before: 0, current: 0, skipped: 0 },
      ),
      map(({ before, current, skipped }) => (before + current - skipped >= ms ? 'monologue' : undefined)),
      distinctUntilChanged(),
    );
};
