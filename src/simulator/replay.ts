import { Observable, type OperatorFunction } from 'rxjs';
import { type ServerStep, say, type WireEvent } from '../faults/server-step.js';
import { isObject } from './client-request.js';
import type { NewId } from './ids.js';
import type { RecordedMessage, Recording } from './recording.js';
import type { Message } from './session.js';

/** A recorded session to be played again. */
export interface ReplayConfig {
  /** JSON lines, `{"dir":"c2s" or "s2c","ev":{…}}` each. */
  readonly file: string;
  /**
   * Parameters that may be otherwise than recorded, with all that is in them, for example `session.instructions`.
   * @default []
   */
  readonly ignore?: readonly string[];
  /** Called for everything that the client did otherwise than the recorded one. Throwing ends the connection with 1011. */
  readonly onMismatch?: (mismatch: ReplayMismatch) => void;
}

/** Something that the client did otherwise than the recorded one. */
export interface ReplayMismatch {
  /** Line of the recording that was expected, from 1; undefined where nothing was, any more. */
  readonly line: number | undefined;
  /** Type of the event that was expected. */
  readonly expected: string | undefined;
  /** Type of the event that came; undefined where none came before the client went. */
  readonly got: string | undefined;
  /** The parameter that differs, where the type is right. */
  readonly param: string | null;
  /** All of it in one line; quotes no values. */
  readonly message: string;
}

/** How a replay went. */
export interface ReplayEnd {
  /** Everything was played, and came; the connection may go on. */
  readonly complete: boolean;
  readonly mismatches: readonly ReplayMismatch[];
}

const append = 'input_audio_buffer.append';

const typeOf = (event: unknown): string | undefined =>
  isObject(event) && typeof event.type === 'string' ? event.type : undefined;

const read = (message: Message): unknown => {
  try {
    return typeof message === 'string' ? JSON.parse(message) : undefined;
  } catch {
    return undefined;
  }
};

/** What a client chooses anew each time, and audio, of which recordings hold the beginning alone. */
const isChosen = (param: string): boolean => param === 'event_id' || param === 'item.id' || /(^|\.)audio$/.test(param);

/** The first parameter of the recorded event that is otherwise in the one that came; more than was recorded may come. */
const difference = (expected: unknown, got: unknown, ignore: readonly string[], param = ''): string | undefined => {
  if (ignore.includes(param) || (isChosen(param) && typeof expected === 'string' && typeof got === 'string')) return undefined;
  if (Array.isArray(expected)) {
    if (!Array.isArray(got) || got.length !== expected.length) return param;
    return first(
      expected.map((each, index) => [`${param}[${index}]`, each, got[index]]),
      ignore,
    );
  }
  if (isObject(expected)) {
    if (!isObject(got)) return param;
    const prefix = param === '' ? '' : `${param}.`;
    return first(
      Object.entries(expected).map(([name, each]) => [prefix + name, each, got[name]]),
      ignore,
    );
  }
  return (expected ?? null) === (got ?? null) ? undefined : param;
};

const first = (pairs: readonly (readonly [string, unknown, unknown])[], ignore: readonly string[]): string | undefined => {
  for (const [param, expected, got] of pairs) {
    const found = difference(expected, got, ignore, param);
    if (found !== undefined) return found;
  }
  return undefined;
};

const describe = (expected: RecordedMessage | undefined, got: string, param: string | null): string => {
  if (!expected) return `replay: nothing was to come after the recording, but ${got} came`;
  const type = typeOf(expected.event) ?? 'an event without a type';
  return param === null
    ? `replay: line ${expected.line} expects ${type}, but ${got} came`
    : `replay: ${type} differs from line ${expected.line} in '${param}'`;
};

/**
 * The server's side of a recorded session: says what the server said, each event once the client has sent what it had
 * sent before it in the recording.
 *
 * What the client sends must be of the recorded type, with the recorded parameters and any others; ids of its own choice
 * and audio are not compared, and a run of `input_audio_buffer.append` is any number of them from one. What differs is
 * reported, and answered with an `error` event (`replay_mismatch`): of another type, the replay waits on; of the right
 * type, it goes on. Completes with the messages; errors as `onMismatch` does.
 *
 * @param onEnd Called once, when all has been played and has come, the client has gone, or nobody listens any more.
 */
export const replaySession =
  (
    recording: Recording,
    { ignore = [], onMismatch = () => undefined }: Omit<ReplayConfig, 'file'>,
    newId: NewId,
    onEnd: (end: ReplayEnd) => void = () => undefined,
  ): OperatorFunction<Message, ServerStep> =>
  (messages$) =>
    new Observable((subscriber) => {
      const mismatches: ReplayMismatch[] = [];
      let at = 0;
      let heardAudio = false;
      let ended = false;

      const end = () => {
        if (ended) return;
        ended = true;
        onEnd({ complete: at >= recording.length && mismatches.length === 0, mismatches });
      };

      const report = (expected: RecordedMessage | undefined, got: string | undefined, param: string | null, message: string) => {
        const mismatch = { line: expected?.line, expected: expected && typeOf(expected.event), got, param, message };
        mismatches.push(mismatch);
        try {
          onMismatch(mismatch);
        } catch (error) {
          subscriber.error(error);
        }
      };

      const turnDown = (event: unknown, expected: RecordedMessage | undefined, param: string | null) => {
        const type = typeOf(event);
        const message = describe(expected, type ?? 'something without a type', param);
        report(expected, type ?? '', param, message);
        const event_id = isObject(event) && typeof event.event_id === 'string' ? event.event_id : null;
        const error = { type: 'invalid_request_error', code: 'replay_mismatch', message, param, event_id };
        subscriber.next(say({ type: 'error', event_id: newId('event'), error } as WireEvent));
      };

      /** Says what the server said, up to what the client sends next. */
      const play = () => {
        for (let next = recording[at]; next?.dir === 's2c'; next = recording[at]) {
          at++;
          subscriber.next(say(next.event as unknown as WireEvent));
        }
        if (at >= recording.length) end();
      };

      const expectsAudio = () => recording[at]?.dir === 'c2s' && typeOf(recording[at]?.event) === append;
      const skipAppends = () => {
        while (expectsAudio()) at++;
      };

      const receive = (message: Message) => {
        const event = read(message);
        if (typeOf(event) === append) {
          heardAudio = true;
          skipAppends();
          return play();
        }
        // Who has sent audio already need not send more, for it may have come in larger pieces.
        while (heardAudio && expectsAudio()) {
          skipAppends();
          play();
        }
        const expected = recording[at];
        if (!expected || typeOf(expected.event) !== typeOf(event)) return turnDown(event, expected, null);
        at++;
        const param = difference(expected.event, event, ignore);
        if (param !== undefined) turnDown(event, expected, param);
        play();
      };

      subscriber.add(end);
      subscriber.add(
        messages$.subscribe({
          next: receive,
          error: (error: unknown) => subscriber.error(error),
          complete: () => {
            const expected = recording[at];
            if (expected && !ended) report(expected, undefined, null, `replay: the client went before line ${expected.line}`);
            end();
            subscriber.complete();
          },
        }),
      );
      play();
    });
