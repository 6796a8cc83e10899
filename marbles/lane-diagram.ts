import { map, type Observable } from 'rxjs';
import type { LaneDecision, VoiceEvent } from '../src/events.js';
import type { Marbles } from './create-marbles.js';
import { laneHappenings } from './lane-happenings.js';

/** Which lane is decided for, and when, as documentation and test. */
export interface LaneDiagram {
  /** What it shows, in a sentence. */
  readonly title: string;
  /** The operators, as one would write them. */
  readonly code: string;
  /** What happens, by the letters of `laneHappenings`. */
  readonly happens: string;
  /** What is decided, by the letters of `meanings`. */
  readonly decides: string;
  /** What these letters mean: `big: keyword` is a decision for the lane `big` with the reason `keyword`. */
  readonly meanings: Readonly<Record<string, string>>;
  /** The same as `code`. */
  readonly apply: (source: Observable<LaneDecision | VoiceEvent>) => Observable<LaneDecision>;
}

/** Holds a diagram equal to what its operators decide. */
export const checkLanes = ({ happens, decides, meanings, apply }: LaneDiagram, { hot, expectObservable }: Marbles): void => {
  const events = Object.fromEntries(Object.entries(laneHappenings).map(([letter, { entry }]) => [letter, entry]));
  const shown = `^${'-'.repeat(happens.length)}!`;
  expectObservable(apply(hot(happens, events)).pipe(map(decided)), shown).toBe(decides, meanings);
};

const decided = ({ lane, reason, abortsTools }: LaneDecision): string =>
  `${lane}: ${reason}${abortsTools ? ', and tools are stopped' : ''}`;

/** A diagram as text, for documentation. */
export const printLanes = ({ title, code, happens, decides, meanings }: LaneDiagram): string => {
  const happened = [...new Set(happens)].flatMap((letter) => {
    const happening = laneHappenings[letter];
    return happening ? [[letter, happening.means] as const] : [];
  });
  return [
    title,
    '',
    ...code.split('\n').map((line) => `  ${line}`),
    '',
    `  happens  ${happens.trim()}`,
    `  decides  ${decides.trim()}`,
    '',
    ...legend('happens', happened),
    ...legend('decides', Object.entries(meanings)),
  ].join('\n');
};

/** What the letters of a row mean. */
const legend = (row: string, letters: readonly (readonly [letter: string, means: string])[]): readonly string[] =>
  letters.map(([letter, means], index) => `  ${(index === 0 ? row : '').padEnd(7)}  ${letter} = ${means}`);
