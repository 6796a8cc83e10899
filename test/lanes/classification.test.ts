import { describe, expect, it } from 'vitest';
import { initialState } from '../../src/state/session-state.js';
import { toolVocabulary } from '../../src/tool-vocabulary.js';
import { blind } from './blind.js';
import { kept, seen, tools, type Utterance } from './utterances.js';

const rule = toolVocabulary(tools);

const finds = (text: string): boolean => {
  const utterance = { itemId: 'i', text, isFinal: true };
  const context = { lane: 'fast', answeredIn: 'fast', sinceSwitchMs: 0, isHeard: false, toolMs: new Map(), state: initialState };
  return rule({ type: 'turn.ended', reason: 'silence' }, { ...context, utterance }) !== undefined;
};

const figures = (utterances: readonly Utterance[]) => {
  const found = utterances.filter(({ text }) => finds(text));
  const right = found.filter(({ needsTool }) => needsTool).length;
  return { precision: right / found.length, recall: right / utterances.filter(({ needsTool }) => needsTool).length };
};

// The figures of docs/lanes.md, rounded down.
describe('toolVocabulary, on what people say', () => {
  it('has at least 200 utterances, half of them in Spanish, a third kept', () => {
    expect(seen.length + kept.length).toBeGreaterThanOrEqual(200);
    expect([...seen, ...kept].filter(({ language }) => language === 'es')).toHaveLength(105);
    expect(kept.length).toBe(70);
  });

  it('is as good as it was on the utterances that it was tuned on', () => {
    const { precision, recall } = figures(seen);
    expect(precision).toBeGreaterThanOrEqual(0.94);
    expect(recall).toBeGreaterThanOrEqual(0.71);
  });

  it('is as good as it was on those that were kept', () => {
    const { precision, recall } = figures(kept);
    expect(precision).toBeGreaterThanOrEqual(0.95);
    expect(recall).toBeGreaterThanOrEqual(0.67);
  });

  it('on sentences that nobody tuned it on', () => {
    const { precision, recall } = figures(blind);
    expect(precision).toBeGreaterThanOrEqual(0.78);
    expect(recall).toBeGreaterThanOrEqual(0.51);
  });
});
