import { describe, expect, it } from 'vitest';
import { engineRun } from './engine-run.js';

describe('budgetUsd', () => {
  it('ends the conversation after the response that has used it up, not after the one that follows', async () => {
    await using run = await engineRun({
      engine: { budgetUsd: 0.0001 },
      simulator: { script: ['Good morning to you.', 'Once more.'] },
    });
    await run.engine.connect();
    const ended = run.next('turn.conversation_ended');
    await run.engine.sendText('good morning');
    await ended;
    expect(run.seen.filter(({ type }) => type.startsWith('usage.')).map(({ type }) => type)).toEqual([
      'usage.budget_warning',
      'usage.budget_exhausted',
    ]);
    expect(run.engine.getUsage()).toMatchObject({ responses: 1, totalSessions: 1 });
    expect(run.engine.estimateCost().total).toBeGreaterThan(0.0001);
  });
});
