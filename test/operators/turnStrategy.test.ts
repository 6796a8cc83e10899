import { describe, it } from 'vitest';
import { turnStrategyDiagrams } from '../../marbles/diagrams/turnStrategy.js';
import { checkTurns } from '../../marbles/turn-diagram.js';
import { marbles } from '../marbles.js';

describe('turnStrategy', () => {
  for (const diagram of turnStrategyDiagrams) {
    it(
      diagram.title,
      marbles((t) => checkTurns(diagram, t)),
    );
  }
});
