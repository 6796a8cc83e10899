import { spawnSync } from 'node:child_process';
import type { Millis } from '../src/audio.js';

/**
 * Runs programs as processes of their own, in turns, so that what else the machine does meets all of them alike.
 *
 * @param programs ES modules; they may import what this package may, and itself by its name.
 * @param rounds How often each of them runs, once more to begin with, which is not counted: files are in memory after it.
 * @returns For each program how long its processes took, from start to end, round by round.
 * @throws Error when a program fails, with what it said.
 */
export const alternate = (programs: readonly string[], rounds: number): readonly (readonly Millis[])[] => {
  programs.forEach(run);
  const times = Array.from({ length: rounds }, (_, round) => inTurn(programs, round));
  return programs.map((_, at) => times.map((byProgram) => byProgram[at] ?? Number.NaN));
};

/** Every other round backwards: what warms up or throttles within a round favours nobody. */
const inTurn = (programs: readonly string[], round: number): readonly Millis[] =>
  round % 2 === 0 ? programs.map(run) : programs.toReversed().map(run).reverse();

const run = (program: string): Millis => {
  const startedAt = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`a program to measure ended with ${status}: ${stderr.trim()}`);
  return performance.now() - startedAt;
};
