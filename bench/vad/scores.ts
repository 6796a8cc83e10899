import { median } from 'simple-statistics';
import type { Millis, VadState } from '../../src/audio.js';
import { cell, rate } from './speech.js';

/** How well speech is told from the rest. */
export interface VadScores {
  /** Chance that a cell with speech has a higher score than one without: 0.5 is guessing, 1 faultless. */
  readonly auc: number;
  /** From the beginning of an utterance to the state `speech`, the median of those found. */
  readonly onsetMs: Millis;
  /** Share of utterances whose own beginning is found before they end. */
  readonly found: number;
  /** Speech that begins where there is none, per minute of pauses. */
  readonly falseStarts: number;
}

const cellMs: Millis = (cell * 1000) / rate;

/** Area under the receiver operating characteristic, by ranks (Mann and Whitney 1947). */
export const rocAuc = (scores: readonly number[], labels: readonly boolean[]): number => {
  const order = scores.map((score, i) => ({ score, label: labels[i] ?? false })).toSorted((a, b) => a.score - b.score);
  let [rankSum, positives] = [0, 0];
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && order[to]?.score === order[from]?.score) to++;
    const alike = order.slice(from, to).filter(({ label }) => label).length;
    rankSum += (alike * (from + 1 + to)) / 2;
    positives += alike;
    from = to;
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * (order.length - positives));
};

/** First cells of the stretches for which something is true. */
const beginnings = (flags: readonly boolean[]): readonly number[] =>
  flags.flatMap((flag, i) => (flag && !flags[i - 1] ? [i] : []));

/** How much earlier than its label speech may begin to be right: labels are not exact. */
const tolerance = 10;

/**
 * Scores what a detector said.
 *
 * @param scores Of each cell, how much its sound is like speech.
 * @param states Of each cell, the state that was told when its sound had come in.
 */
export const scoresOf = (scores: readonly number[], states: readonly VadState[], labels: readonly boolean[]): VadScores => {
  const starts = beginnings(states.map((state) => state === 'speech' || state === 'speech_ending'));
  const utterances = beginnings(labels).map((from) => ({ from, to: labels.indexOf(false, from) }));
  const found = utterances.flatMap(({ from, to }) => {
    const start = starts.find((at) => at >= from - tolerance && at < to);
    return start === undefined ? [] : [(start + 1 - from) * cellMs];
  });
  const isRight = (start: number): boolean => utterances.some(({ from, to }) => start >= from - tolerance && start < to);
  const pauses = labels.filter((label) => !label).length;
  return {
    auc: rocAuc(scores, labels),
    onsetMs: found.length > 0 ? median(found) : Number.NaN,
    found: found.length / utterances.length,
    falseStarts: starts.filter((start) => !isRight(start)).length / ((pauses * cellMs) / 60_000),
  };
};
