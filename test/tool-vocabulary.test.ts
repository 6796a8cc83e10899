import { describe, expect, it } from 'vitest';
import { initialState } from '../src/state/session-state.js';
import { type Tool, tool } from '../src/tool.js';
import { toolVocabulary } from '../src/tool-vocabulary.js';

const declare = (name: string, description: string, parameter: string): Tool =>
  tool({ name, description, parameters: { type: 'object', properties: { [parameter]: {} } }, run: () => undefined });
const rule = toolVocabulary([
  declare('get_weather', 'Weather forecast for a city.', 'city'),
  declare('set_reminder', 'Set a reminder.', 'time'),
]);

/** The tool that is found, and how sure the rule is. */
const finds = (text: string): string | undefined => {
  const utterance = { itemId: 'i', text, isFinal: true };
  const context = { lane: 'fast', answeredIn: 'fast', sinceSwitchMs: 0, isHeard: false, toolMs: new Map(), state: initialState };
  const found = rule({ type: 'turn.ended', reason: 'silence' }, { ...context, utterance });
  return found && `${found.tool} ${found.confidence.toFixed(2)}`;
};

describe('toolVocabulary', () => {
  it('finds a tool by its words', () => {
    expect(finds('Is the weather nice in the city?')).toBe('get_weather 0.90');
  });

  it('finds a tool by a time, where somebody orders something', () => {
    expect(finds('Wake me at seven.')).toBe('set_reminder 0.75');
    expect(finds('Despiértame a las siete.')).toBe('set_reminder 0.75');
  });

  it('finds none by a time in talk', () => {
    expect(finds('Dinner is at seven.')).toBeUndefined();
    expect(finds('Mañana será otro día.')).toBeUndefined();
  });

  it('rather takes the tool that is spoken of than one that takes a time', () => {
    expect(finds('What is the weather tomorrow?')).toBe('get_weather 0.80');
  });
});
