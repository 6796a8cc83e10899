import { describe, expect, it } from 'vitest';
import { frameDiagrams } from '../../marbles/diagrams/frame.js';
import { gateSpeechDiagrams } from '../../marbles/diagrams/gateSpeech.js';
import { vadDiagrams } from '../../marbles/diagrams/vad.js';
import { checkDiagram, printDiagram } from '../../marbles/timing-diagram.js';
import { marbles } from '../marbles.js';

describe.each([
  ['vad', vadDiagrams],
  ['gateSpeech', gateSpeechDiagrams],
  ['frame', frameDiagrams],
] as const)('published timing of %s', (_, diagrams) => {
  for (const diagram of diagrams) {
    it(
      diagram.title,
      marbles((t) => checkDiagram(diagram, t)),
    );
  }
});

describe('printDiagram', () => {
  it('stands source, code and output in one column', () => {
    const [first] = vadDiagrams;
    expect(first && printDiagram(first)).toContain(
      '\n  ..sssssss.........................|\n  vad()\n  ..bbbbssseeeeeeeeeeeeeeeeeeeeeeee.|\n\n  . = silence\n',
    );
  });
});
