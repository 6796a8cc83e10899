import type { Millis } from '../src/audio.js';
import { describeValue } from './describe-value.js';
import { draw, list, type Mark } from './draw.js';

/** What the scheduler recorded of an observable. */
export interface Recorded {
  readonly frame: Millis;
  readonly notification: { readonly kind: 'N' | 'E' | 'C'; readonly value?: unknown; readonly error?: unknown };
}

/** What the scheduler recorded of a subscription. */
export interface Subscribed {
  readonly subscribedFrame: Millis;
  readonly unsubscribedFrame: Millis;
}

/** What a failure message needs to know of the test. */
export interface FailureContext {
  readonly frameMs: Millis;
  /** Values by the letters that the test gave them. */
  readonly letters: readonly (readonly [letter: string, value: unknown])[];
  /** The test runner's equality. */
  readonly same: (a: unknown, b: unknown) => boolean;
}

const free = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'];
/** Private ones, as audio and long calls have them, are shown by nothing. */
const isLetter = (value: unknown): value is string => typeof value === 'string' && /^[^\s()^!|#\p{Co}-]$/u.test(value);

/** Gives every distinct value one letter, the test's own where it has one. */
const alphabet = ({ letters, same }: FailureContext) => {
  const taken = new Map<string, unknown>();
  // A value may be the letter of another: what `cold('-x')` emits where `x` is expected to be 7.
  const name = (value: unknown): string | undefined =>
    isLetter(value) && !taken.has(value)
      ? value
      : letters.find(([letter, known]) => isLetter(letter) && !taken.has(letter) && same(known, value))?.[0];
  const letterOf = (value: unknown): string => {
    for (const [letter, known] of taken) if (same(known, value)) return letter;
    const own = name(value);
    const letter = own ?? free.find((candidate) => !taken.has(candidate) && letters.every(([used]) => used !== candidate)) ?? '?';
    taken.set(letter, value);
    return letter;
  };
  return { letterOf, taken };
};

const symbolOf = ({ notification }: Recorded, letterOf: (value: unknown) => string): string =>
  notification.kind === 'N' ? letterOf(notification.value) : notification.kind === 'E' ? '#' : '|';

const two = (actual: readonly Mark[], expected: readonly Mark[], frameMs: Millis): string => {
  const diagrams = [draw(actual, frameMs), draw(expected, frameMs)];
  const [above, below] = diagrams.includes(undefined) ? [list(actual), list(expected)] : diagrams;
  return `  actual    ${above}\n  expected  ${below}`;
};

/** Both diagrams one over the other, with a legend of the letters. */
export function observableFailure(actual: readonly Recorded[], expected: readonly Recorded[], context: FailureContext): string {
  const { letterOf, taken } = alphabet(context);
  const marks = (recorded: readonly Recorded[]) =>
    recorded.map((entry) => ({ at: entry.frame, symbol: symbolOf(entry, letterOf) }));
  const below = marks(expected);
  const above = marks(actual);
  const legend = [...taken]
    .filter(([letter, value]) => letter !== value)
    .map(([letter, value]) => `  ${letter} = ${describeValue(value)}`);
  const errors = (side: string, recorded: readonly Recorded[]) =>
    recorded
      .filter(({ notification }) => notification.kind === 'E')
      .map(({ notification }) => `  # ${side} = ${describeValue(notification.error)}`);
  return [
    `observable differs (1 character = ${context.frameMs} ms)`,
    two(above, below, context.frameMs),
    ...legend,
    ...errors('actual', actual),
    ...errors('expected', expected),
  ].join('\n');
}

const lifeOf = ({ subscribedFrame, unsubscribedFrame }: Subscribed): readonly Mark[] =>
  [
    { at: subscribedFrame, symbol: '^' },
    { at: unsubscribedFrame, symbol: '!' },
  ].filter((mark) => Number.isFinite(mark.at));

/** Both diagrams of each subscription one over the other. */
export function subscriptionFailure(
  actual: readonly Subscribed[],
  expected: readonly Subscribed[],
  { frameMs }: FailureContext,
): string {
  const pairs = Array.from({ length: Math.max(actual.length, expected.length) }, (_, i) => {
    const [above, below] = [actual[i], expected[i]];
    const title = actual.length > 1 || expected.length > 1 ? `  subscription ${i + 1}\n` : '';
    return title + two(above ? lifeOf(above) : [], below ? lifeOf(below) : [], frameMs);
  });
  return [`subscriptions differ (1 character = ${frameMs} ms)`, ...pairs].join('\n');
}
