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
  let text = '';
  let reached = 0;
  for (let i = 0; i < marks.length; ) {
    const at = marks[i]?.at ?? 0;
    const group = marks.slice(i).filter((mark, offset, rest) => rest.slice(0, offset + 1).every((earlier) => earlier.at === at));
    if (at < reached) return undefined;
    const symbols = group.map((mark) => mark.symbol);
    const drawn = symbols.length > 1 ? `(${symbols.join('')})` : symbols.join('');
    text += wait(at - reached, frameMs) + drawn;
    reached = at + (symbols.length > 1 ? symbols.length + 2 : 1) * frameMs;
    i += group.length;
  }
  return text === '' ? '-' : text;
}

/** Says the same without a grid: `a@20 b@27 |@33`. */
export const list = (marks: readonly Mark[]): string => marks.map((mark) => `${mark.symbol}@${mark.at}`).join(' ') || '(nothing)';
