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

  it('warns once of each model that counts as nothing, for it has no price', async () => {
    const lines: unknown[] = [];
    const log = (fields: unknown, message: string): unknown => message.startsWith('usage.') && lines.push([message, fields]);
    await using run = await engineRun({
      engine: {
        budgetUsd: 1,
        prices: { of: '2026-11', models: {} },
        logger: { debug: () => undefined, info: () => undefined, warn: log, error: log },
        logLevel: 'warn',
      },
      simulator: { script: ['Good morning to you.', 'Once more.'] },
    });
    await run.engine.connect();
    for (const text of ['good morning', 'again']) {
      const done = run.next('turn.response_completed');
      await run.engine.sendText(text);
      await done;
    }
    const told = { type: 'usage.budget_unpriced', model: 'gpt-realtime-2.1', costUsd: 0, budgetUsd: 1 };
    expect(run.seen.filter(({ type }) => type.startsWith('usage.'))).toEqual([expect.objectContaining(told)]);
    expect(lines).toHaveLength(1);
    expect(run.engine.estimateCost().unpriced).toEqual(['gpt-realtime-2.1']);
  });
});
