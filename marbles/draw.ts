import type { Millis } from '../src/audio.js';

/** One character of a diagram and its moment in virtual time. */
export interface Mark {
  readonly at: Millis;
  readonly symbol: string;
}

/** Longest wait that is drawn as dashes; longer ones read better as a number. */
const longestRun = 40;

const wait = (ms: Millis, frameMs: Millis): string => {
  const frames = ms / frameMs;
  return Number.isInteger(frames) && frames <= longestRun ? '-'.repeat(frames) : ` ${ms}ms `;
};

/**
 * Draws marks, in order of time, as a marble diagram in which one character takes `frameMs`.
 *
 * @returns The diagram, or undefined where marble syntax cannot say it: two moments closer than the characters between them take.
 */
export function draw(marks: readonly Mark[], frameMs: Millis): string | undefined {
  const moments = new Map<Millis, string[]>();
  for (const { at, symbol } of marks) moments.set(at, [...(moments.get(at) ?? []), symbol]);

  let text = '';
  let reached = 0;
  for (const [at, symbols] of moments) {
    if (at < reached) return undefined;
    const isGroup = symbols.length > 1;
    text += wait(at - reached, frameMs) + (isGroup ? `(${symbols.join('')})` : symbols.join(''));
    reached = at + (isGroup ? symbols.length + 2 : 1) * frameMs;
  }
  return text === '' ? '-' : text;
}

/** Says the same without a grid: `a@20 b@27 |@33`. */
export const list = (marks: readonly Mark[]): string => marks.map((mark) => `${mark.symbol}@${mark.at}`).join(' ') || '(nothing)';
