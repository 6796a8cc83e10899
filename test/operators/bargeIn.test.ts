import { describe, expect, it } from 'vitest';
import { runConversation } from '../../marbles/conversation-diagram.js';
import { bargeInDiagrams } from '../../marbles/diagrams/bargeIn.js';
import { marbles } from '../marbles.js';

describe('bargeIn', () => {
  for (const diagram of bargeInDiagrams) {
    it(
      diagram.title,
      marbles((t) => {
        const run = runConversation(diagram, t);
        t.expectObservable(run.sent$).toBe(diagram.sent);
        t.flush();
        expect(run.heard()).toBe(diagram.heard.trim());
        expect(run.notes()).toEqual(diagram.notes ?? []);
      }),
    );
  }
});
