import { type RunHelpers, TestScheduler } from 'rxjs/testing';
import type { Millis } from '../src/audio.js';
import { clock } from '../src/clock.js';
import { type AudioMarbles, audioMarbles } from './audio-marbles.js';
import { type FailureContext, observableFailure, type Recorded, type Subscribed, subscriptionFailure } from './failure.js';

/** Milliseconds that one character of a diagram takes: one audio frame. */
export const frameMs: Millis = 20;

/** What a marble test is given: the helpers of `TestScheduler.run`, audio, and the virtual time. */
export interface Marbles extends RunHelpers {
  /** A stream of audio frames, one character each; see {@link AudioMarbles}. */
  readonly audio: AudioMarbles;
  /** Milliseconds since the test began, in virtual time. */
  readonly now: () => Millis;
}

/** Limits of the kit. */
export interface MarblesConfig {
  /**
   * Virtual milliseconds after which a test fails instead of running on: something repeats for ever.
   * @default 7,200,000 (two hours)
   */
  readonly maxMs?: Millis;
}

const isSubscribed = (entry: unknown): entry is Subscribed =>
  typeof entry === 'object' && entry !== null && 'subscribedFrame' in entry;
const isRecorded = (entry: unknown): entry is Recorded => typeof entry === 'object' && entry !== null && 'notification' in entry;
/** Equality that looks at prototypes must not tell a recorded log from a hand-made one. */
const plain = (entry: unknown): unknown =>
  isSubscribed(entry) ? { subscribedFrame: entry.subscribedFrame, unsubscribedFrame: entry.unsubscribedFrame } : entry;

const diagrams = (actual: readonly unknown[], expected: readonly unknown[], context: FailureContext): string | undefined => {
  const entries = [...actual, ...expected];
  if (entries.every(isSubscribed))
    return subscriptionFailure(actual.filter(isSubscribed), expected.filter(isSubscribed), context);
  if (entries.every(isRecorded)) return observableFailure(actual.filter(isRecorded), expected.filter(isRecorded), context);
  return undefined;
};

/** rxjs takes a letter that has no value for undefined, and goes on with that. */
const checkLetters = (diagram: string, values: unknown): void => {
  if (typeof values !== 'object' || values === null) return;
  for (const { notification } of TestScheduler.parseMarbles(diagram, undefined, undefined, false, true)) {
    if (notification.kind === 'N' && !(notification.value in values))
      throw new Error(`marbles: no value is given for '${notification.value}' of '${diagram}'`);
  }
};

/** The runner's own error keeps what it knows (actual, expected, stack) and gains the diagrams. */
const explain = (error: unknown, text: string): unknown => {
  if (!(error instanceof Error)) return new Error(text, { cause: error });
  const { message, stack } = error;
  error.message = `${text}\n\n${message}`;
  if (stack !== undefined) error.stack = stack.replace(message, () => error.message);
  return error;
};

/**
 * Makes the wrapper of marble tests for any test runner.
 *
 * The wrapper runs its function in virtual time on rxjs `TestScheduler.run`: one character of a diagram is 20 ms, `20ms a` and `time('--|')`
 * are milliseconds, `clock.now()` is virtual, and all is put back afterwards, also after a failure. A failed expectation shows both diagrams
 * one over the other, ahead of the runner's own message.
 *
 * @param assertEqual Throws when its arguments are not deeply equal, or answers false: `(a, b) => expect(a).toEqual(b)`, `assert.deepEqual`,
 * `isDeepStrictEqual`.
 * @returns `marbles(test)`, which gives a function for `it`. That function throws what `assertEqual` throws, `TypeError` when the test returns
 * a promise (promises do not run in virtual time), and `Error` when virtual time passes `maxMs` or a letter of a diagram is not among its values.
 */
export function createMarbles(
  assertEqual: (actual: unknown, expected: unknown) => unknown,
  { maxMs = 7_200_000 }: MarblesConfig = {},
) {
  /** One that only answers must not let every test pass. */
  const assertSame = (actual: unknown, expected: unknown): void => {
    if (assertEqual(actual, expected) === false) throw new Error('marbles: not equal');
  };
  const same = (a: unknown, b: unknown): boolean => {
    if (Object.is(a, b)) return true;
    try {
      assertSame(a, b);
      return true;
    } catch {
      return false;
    }
  };

  return (test: (marbles: Marbles) => void) => (): void => {
    const letters: [string, unknown][] = [];
    const entriesOf = (values: unknown): [string, unknown][] =>
      typeof values === 'object' && values !== null ? Object.entries(values) : [];
    const scheduler = new TestScheduler((recorded: readonly unknown[], wanted: readonly unknown[]) => {
      const [actual, expected] = [recorded.map(plain), wanted.map(plain)];
      try {
        assertSame(actual, expected);
      } catch (error) {
        const text = diagrams(actual, expected, { frameMs, letters, same });
        throw text === undefined ? error : explain(error, text);
      }
    });

    const timeOf: RunHelpers['time'] = (diagram) => {
      const end = TestScheduler.parseMarbles(diagram, undefined, undefined, false, true).find(
        ({ notification }) => notification.kind === 'C',
      );
      if (end === undefined) throw new Error("time: the diagram needs a '|'");
      return end.frame;
    };
    const cold: RunHelpers['cold'] = (diagram, values, error) => {
      checkLetters(diagram, values);
      letters.push(...entriesOf(values));
      return scheduler.createColdObservable(diagram, values, error);
    };
    const hot: RunHelpers['hot'] = (diagram, values, error) => {
      checkLetters(diagram, values);
      letters.push(...entriesOf(values));
      return scheduler.createHotObservable(diagram, values, error);
    };
    const expectObservable: RunHelpers['expectObservable'] = (observable, subscription) => {
      const expectation = scheduler.expectObservable(observable, subscription);
      return {
        ...expectation,
        toBe: (diagram: string, values?: unknown, error?: unknown) => {
          checkLetters(diagram, values);
          // the letters of expectations go before those of sources
          letters.unshift(...entriesOf(values));
          expectation.toBe(diagram, values, error);
        },
      };
    };

    const before = { delegate: clock.delegate, frameTimeFactor: TestScheduler.frameTimeFactor };
    try {
      scheduler.run((helpers) => {
        // run() sets these to 1 and Infinity, and puts its own back when it ends
        TestScheduler.frameTimeFactor = frameMs;
        scheduler.maxFrames = maxMs;
        clock.delegate = scheduler;
        const tools = {
          ...helpers,
          cold,
          hot,
          expectObservable,
          time: timeOf,
          audio: audioMarbles({ cold, hot }),
          now: () => scheduler.now(),
        };
        const returned: unknown = test(tools);
        if (typeof returned === 'object' && returned !== null && 'then' in returned) {
          throw new TypeError('marbles: the test returned a promise; promises do not run in virtual time');
        }
        scheduler.flush();
        if (scheduler.actions.length > 0)
          throw new Error(`marbles: still busy after ${maxMs} ms of virtual time; something repeats for ever`);
      });
    } finally {
      clock.delegate = before.delegate;
      TestScheduler.frameTimeFactor = before.frameTimeFactor;
    }
  };
}
