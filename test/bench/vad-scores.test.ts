import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rocAuc, scoresOf } from '../../bench/vad/scores.js';
import type { VadState } from '../../src/audio.js';

/** One character a cell. */
const labels = (text: string): readonly boolean[] => [...text].map((letter) => letter === 's');
const states = (text: string): readonly VadState[] =>
  [...text].map((letter) => (letter === 's' ? 'speech' : letter === 'e' ? 'speech_ending' : 'silence'));

describe('rocAuc', () => {
  it('is the chance that speech has the higher score, by the definition', () => {
    const cells = fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.boolean()), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(
        cells.filter((all) => new Set(all.map(([, label]) => label)).size === 2),
        (all) => {
          const of = (wanted: boolean) => all.filter(([, label]) => label === wanted).map(([score]) => score);
          const wins = of(true).flatMap((a) => of(false).map((b) => (a > b ? 1 : a === b ? 0.5 : 0)));
          const auc = rocAuc(
            all.map(([score]) => score),
            all.map(([, label]) => label),
          );
          expect(auc).toBeCloseTo(wins.reduce<number>((sum, win) => sum + win, 0) / wins.length, 10);
        },
      ),
    );
  });
});

describe('scoresOf', () => {
  it('finds each utterance by its own beginning, and counts what begins elsewhere', () => {
    const spoken = '......................ssss....................ssss....................';
    const heard = '...ss...................ssee...................................sss.....';
    const { onsetMs, found, falseStarts } = scoresOf(
      [...spoken].map(() => 0),
      states(heard),
      labels(spoken),
    );
    expect(found).toBe(0.5);
    expect(onsetMs).toBe(30);
    const pauseMinutes = ([...spoken].filter((letter) => letter === '.').length * 10) / 60_000;
    expect(falseStarts).toBeCloseTo(2 / pauseMinutes, 6);
  });

  it('does not take speech that goes on from before for the beginning of an utterance', () => {
    const spoken = '...............ssss.....';
    expect(
      scoresOf(
        [...spoken].map(() => 0),
        states('.sssssssssssssssssssss..'),
        labels(spoken),
      ).found,
    ).toBe(0);
  });
});
