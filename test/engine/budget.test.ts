import { EMPTY, from, ignoreElements, lastValueFrom, NEVER, type Observable, tap, toArray } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signal } from '../../marbles/index.js';
import { limitBudget } from '../../operators/index.js';
import type { AudioFrame } from '../../src/audio.js';
import { clock } from '../../src/clock.js';
import { converse } from '../../src/engine/converse.js';
import { estimateCost } from '../../src/engine/cost.js';
import { engineMetrics, initialEngineMetrics, metricsOf } from '../../src/engine/engine-metrics.js';
import { initialUsageReport, usageReport } from '../../src/engine/usage-report.js';
import { usageOf } from '../../src/engine/usage-summary.js';
import type { Epic } from '../../src/epic.js';
import { openSocket } from '../../src/node/index.js';
import { openai } from '../../src/providers/openai.js';
import { type Simulator, startSimulator } from '../../src/simulator/index.js';
import { initialState } from '../../src/state/session-state.js';

let service: Simulator;

beforeAll(async () => {
  service = await startSimulator({ voice: 'built-in', pace: 'instant', respond: () => ({ text: 'Yes.' }) });
});
afterAll(() => service.close());

/** Three utterances of 600 ms, with silence between. */
const utterances: Observable<AudioFrame> = from(
  [...`${'.'.repeat(30)}${'s'.repeat(30)}${'.'.repeat(40)}`.repeat(3)].map((character, index) => ({
    samples: signal(character === 's' ? 's' : '.', { position: index * 480, length: 480, sampleRate: 24_000 }),
    sampleRate: 24_000,
    position: index * 480,
  })),
);

/** A conversation that the folds watch, with so much to spend; the user stays on the line if told to. */
const talk = async (usd: number, commands: Observable<never> = EMPTY) => {
  let usage = initialUsageReport;
  let metrics = initialEngineMetrics({ at: clock.now() });
  let state = initialState;
  const watch: Epic = (events$, current) =>
    events$.pipe(
      tap((event) => {
        state = current();
        usage = usageReport(usage, event, state);
        metrics = engineMetrics(metrics, event, clock.now());
      }),
      ignoreElements(),
    );
  const events = await lastValueFrom(
    converse({
      provider: openai({ apiKey: 'sk-test', url: service.url }),
      openSocket,
      input: utterances,
      commands,
      epics: [watch, limitBudget({ usd, costOf: () => estimateCost(usageOf(usage)).total })],
    }).pipe(toArray()),
  );
  return { events, usage: usageOf(usage), metrics: metricsOf(metrics, state, clock.now()), state };
};

describe('a conversation over sockets', () => {
  it('tells what it has used and cost, and how it went', async () => {
    const { usage, metrics, state } = await talk(1000);
    const { input, cached, output, totalTokens } = state.conversation.usage;
    expect(usage.tokens).toMatchObject({ input, cached, output, total: totalTokens });
    expect(usage).toMatchObject({ responses: 3, totalSessions: 1, functionCalls: 0, uncountedResponses: 0 });
    expect(Object.keys(usage.byLane)).toEqual(['fast']);
    // 600 ms, pre-roll and hangover each.
    expect(usage.audioSeconds.input).toBeGreaterThan(3 * 0.6);
    expect(usage.audioSeconds.input).toBeLessThan(3 * 2);
    expect(usage.audioSeconds.output).toBeGreaterThan(0);
    expect(estimateCost(usage).complete).toBe(true);
    expect(estimateCost(usage).total).toBeGreaterThan(0);
    expect(metrics.connection.latencyMs).toBeGreaterThan(0);
    expect(metrics.turns.firstAudioMs.last).toBeGreaterThan(0);
    expect(metrics.lanes).toMatchObject({ fastLanePercent: 100, switchCount: 0 });
  });

  it('is ended by its budget, though the user stays on the line', async () => {
    const { events, usage } = await talk(1e-6, NEVER);
    const types = events.map(({ type }) => type).filter((type) => type.startsWith('usage.') || type === 'connection.closed');
    expect(types).toEqual(['usage.budget_warning', 'usage.budget_exhausted', 'connection.closed']);
    expect(usage.uncountedResponses).toBe(0);
    expect(events.filter(({ type }) => type === 'response.done')).toHaveLength(usage.responses);
  });
});
