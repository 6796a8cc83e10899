import type { Observable } from 'rxjs';
import type { AudioFrame } from '../src/audio.js';
import type { Marbles } from './create-marbles.js';

/** What an operator does in time, as a diagram that is both documentation and test. */
export interface TimingDiagram {
  /** What it shows, in a sentence. */
  readonly title: string;
  /** The operators, as one would write them. */
  readonly code: string;
  /** Audio that goes in, as an audio diagram. */
  readonly source: string;
  /** What comes out, as a marble diagram; one character is 20 ms in both. */
  readonly output: string;
  /** What the letters of the output mean. */
  readonly legend: Readonly<Record<string, string>>;
  /** The same as `code`, each value that comes out as its letter. */
  readonly apply: (source: Observable<AudioFrame>) => Observable<string>;
}

/** Letters for frames by their place in the source: `a` is the first. */
export const placeOf = ({ position, samples }: AudioFrame): string =>
  String.fromCharCode('a'.charCodeAt(0) + Math.floor(position / samples.length));

/** Holds a diagram equal to what its operators do. */
export const checkDiagram = ({ source, output, apply }: TimingDiagram, { audio, expectObservable }: Marbles): void => {
  expectObservable(apply(audio(source))).toBe(output);
};

/** A diagram as text, for documentation. */
export const printDiagram = ({ title, code, source, output, legend }: TimingDiagram): string =>
  [
    title,
    '',
    `  ${source}`,
    `  ${code}`,
    `  ${output}`,
    '',
    ...Object.entries(legend).map(([letter, meaning]) => `  ${letter} = ${meaning}`),
  ].join('\n');
