import type { Heard, Segment } from './listen.js';

const decibels = (level: number): string => (level === 0 ? 'silence' : `${(20 * Math.log10(level)).toFixed(1)} dBFS`);
const seconds = ({ fromMs, toMs }: Segment): string => `${(fromMs / 1000).toFixed(2)} to ${(toMs / 1000).toFixed(2)} s`;

const rows: readonly (readonly [name: string, of: (heard: Heard) => string])[] = [
  ['level', ({ level }) => decibels(level)],
  ['peak', ({ peak }) => decibels(peak)],
  ['signal to noise', ({ snrDb }) => (snrDb === undefined ? 'unknown' : `${snrDb.toFixed(1)} dB`)],
  ['quality', ({ score }) => score.toFixed(2)],
  ['speech', ({ speechRatio }) => `${Math.round(100 * speechRatio)} %`],
];

/** What was heard, a column for each sound, and the segments of speech below. */
export const soundTable = (sounds: readonly (readonly [title: string, heard: Heard])[]): string => {
  const most = Math.max(0, ...sounds.map(([, { segments }]) => segments.length));
  const line = (name: string, cells: readonly string[]): string =>
    [name.padEnd(16), ...cells.map((cell) => cell.padEnd(20))].join('').trimEnd();
  return [
    line(
      '',
      sounds.map(([title]) => title),
    ),
    ...rows.map(([name, of]) =>
      line(
        name,
        sounds.map(([, heard]) => of(heard)),
      ),
    ),
    ...Array.from({ length: most }, (_, index) =>
      line(
        index === 0 ? 'segments' : '',
        sounds.map(([, { segments }]) => (segments[index] ? seconds(segments[index]) : '')),
      ),
    ),
  ].join('\n');
};
