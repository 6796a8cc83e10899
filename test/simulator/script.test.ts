import { describe, expect, it } from 'vitest';
import { parseScript } from '../../src/simulator/script.js';

describe('parseScript', () => {
  it('reads texts and turns', () => {
    const script = ['Hello.', { transcript: 'Bye.', toolCall: [{ name: 'f', arguments: { a: 1 } }], delayMs: 5 }];
    expect(parseScript(JSON.stringify(script), 'x')).toEqual(script);
  });

  it.each([
    ['what is no JSON', '[', /^script: x is not JSON$/],
    [
      'what is no list',
      '{}',
      /^script: x is not a list of turns, such as \["Hello\.", \{"transcript": "Bye\.", "text": "Goodbye\."\}\]$/,
    ],
    [
      'a field that there is not',
      '["a",{"txt":"b"}]',
      /^script: turn 1 of x: txt: unknown; there are text, transcript, toolCall, finishedAfterMs, delayMs$/,
    ],
    ['a field of another type', '[{"text":1}]', /^script: turn 0 of x: text must be a text$/],
    ['a call without a name', '[{"toolCall":{}}]', /^script: turn 0 of x: toolCall must be \{"name": …\}, or a list of these$/],
    ['a turn that is none', '[7]', /^script: turn 0 of x must be a text or an object$/],
  ])('refuses %s in one line', (_, text, message) => {
    expect(() => parseScript(text, 'x')).toThrow(message);
  });
});
