import { createCallReader } from '../src/call-events.js';
import type { VoiceEvent } from '../src/events.js';
import { frameMs } from './create-marbles.js';
import { draw, type Mark } from './draw.js';

/** Settings of `marblesFrom`. */
export interface MarblesFromConfig {
  /**
   * Which events, by type; `playout.*` stands for all whose type begins so.
   * @default ['*'], all of them
   */
  readonly types?: readonly string[];
}

/** A recorded call, to be played in virtual time. */
export interface CallMarbles {
  /**
   * Events by letter, 20 ms a character; one diagram as a rule, and as many as there are events within 20 ms. What happens at once stands in the
   * order of the diagrams.
   */
  readonly diagrams: readonly string[];
  /** The events by letter; equal ones share one. */
  readonly values: Readonly<Record<string, VoiceEvent>>;
  /** What the letters stand for, a line each: `a  speech.started`. */
  readonly legend: string;
}

// Neither digits, which begin a length of time, nor what has a meaning in diagrams.
const ascii = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'];
/** Latin letters with accents, then private ones, which nothing shows but of which there are enough. */
const accented = { first: 0x100, count: 0x150 };
const privateUse = 0xf0000;

const letterOf = (index: number): string => {
  const rest = index - ascii.length;
  return ascii[index] ?? String.fromCodePoint(rest < accented.count ? accented.first + rest : privateUse + rest - accented.count);
};

const matcher = (types: readonly string[]): ((type: string) => boolean) => {
  const exact = new Set(types);
  const beginnings = types.flatMap((type) => (type.endsWith('*') ? [type.slice(0, -1)] : []));
  return (type) => exact.has(type) || beginnings.some((beginning) => type.startsWith(beginning));
};

/**
 * A recorded call (`events.jsonl`) as marble diagrams: what the service said and what happened here, each event in its frame of 20 ms.
 *
 * `merge(...diagrams.map((diagram) => hot(diagram, values)))` is the call again, in a test of `createMarbles`.
 *
 * @throws ConfigError on call, when a line is not of a recorded call, and names it.
 */
export const marblesFrom = (jsonl: string, { types = ['*'] }: MarblesFromConfig = {}): CallMarbles => {
  const isWanted = matcher(types);
  const letters = new Map<string, string>();
  const values: Record<string, VoiceEvent> = {};
  const rows: Mark[][] = [];
  let latest = -1;
  let row = 0;

  for (const { at, event } of jsonl.split('\n').flatMap(createCallReader())) {
    if (!isWanted(event.type)) continue;
    const text = JSON.stringify(event);
    const symbol = letters.get(text) ?? letterOf(letters.size);
    letters.set(text, symbol);
    values[symbol] = event;
    const frame = Math.max(latest, Math.round(at / frameMs) * frameMs);
    row = frame === latest ? row + 1 : 0;
    latest = frame;
    rows[row] ??= [];
    rows[row]?.push({ at: frame, symbol });
  }
  return {
    diagrams: rows.map((marks) => draw(marks, frameMs) ?? ''),
    values,
    legend: Object.entries(values)
      .map(([letter, { type }]) => `${letter}  ${type}`)
      .join('\n'),
  };
};
