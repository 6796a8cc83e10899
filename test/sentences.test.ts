import { from, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { sentences } from '../src/sentences.js';

const cut = (...pieces: readonly string[]): readonly string[] => {
  let all: readonly string[] = [];
  from(pieces)
    .pipe(sentences(), toArray())
    .subscribe((words) => {
      all = words;
    });
  return all;
};

describe('sentences', () => {
  it('emits what is complete of each piece, whole, and the rest at the end', () => {
    expect(cut('One. Two! Thr', 'ee? Fo', 'ur')).toEqual(['One. Two!', 'Three?', 'Four']);
  });
  it('cuts no numbers, and no end that may go on', () => {
    expect(cut('It costs 3', '.', '50 euros')).toEqual(['It costs 3.50 euros']);
  });
  it('cuts scripts that write no spaces', () => {
    expect(cut('你好。再', '见')).toEqual(['你好。', '再见']);
  });
  it('emits nothing for nothing', () => {
    expect(cut('', ' ', '\n')).toEqual([]);
  });
});
