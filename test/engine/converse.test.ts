import { describe, it } from 'vitest';
import { converseDiagrams } from '../../marbles/diagrams/converse.js';
import { runLanes } from '../../marbles/lanes-conversation.js';
import { marbles } from '../marbles.js';

describe('converse', () => {
  for (const diagram of converseDiagrams) {
    it(
      diagram.title,
      marbles((t) => {
        const run = runLanes(diagram, t);
        t.expectObservable(run.lanes$, `^${'-'.repeat(diagram.service.length)}!`).toBe(diagram.lanes);
        t.expectObservable(run.sent$).toBe(diagram.sent);
      }),
    );
  }
});
