import { describe, expect, it } from 'vitest';
import { parseScript } from '../../src/simulator/script.js';

describe('parseScript', () => {
  it('reads texts and turns', () => {
    const script = ['Hello.', { transcript: 'Bye.', toolCall: [{ name: 'f', arguments: { a: 1 } }], delayMs: 5 }];
    expect(parseScript(JSON.stringify(script), 'x')).toEqual(script);
  });

  it.each([
    ['what is no JSON', '[', /^script: x is not JSON$/],
    ['what is no list', '{}', /^script: x is not a list of turns$/],
    ['a field that there is not', '["a",{"txt":"b"}]', /^script: turn 1 of x: txt is not as it must be$/],
    ['a field of another type', '[{"text":1}]', /^script: turn 0 of x: text is not as it must be$/],
    ['a call without a name', '[{"toolCall":{}}]', /^script: turn 0 of x: toolCall is not as it must be$/],
    ['a turn that is none', '[7]', /^script: turn 0 of x: the turn is not as it must be$/],
  ])('refuses %s in one line', (_, text, message) => {
    expect(() => parseScript(text, 'x')).toThrow(message);
  });
});
