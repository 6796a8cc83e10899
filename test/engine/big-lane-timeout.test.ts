import { describe, expect, it } from 'vitest';
import type { VoiceEngineConfig } from '../../src/engine/engine-config.js';
import { tool } from '../../src/tool.js';
import { type EngineRun, engineRun } from './engine-run.js';

const script = [{ toolCall: { name: 'search', arguments: {} }, text: 'Found.' }];

/** An engine in whose big lane a tool works that ends by `finish`, or when it is aborted. */
const searching = async (config: VoiceEngineConfig): Promise<EngineRun & { finish(): void }> => {
  let finish = (): void => undefined;
  const search = tool({
    name: 'search',
    description: 'looks for something',
    parameters: { type: 'object' },
    run: () =>
      new Promise((resolve) => {
        finish = () => resolve({ found: true });
      }),
  });
  const run = await engineRun({
    engine: { tools: [search], preferFastLane: false, switchCooldownMs: 0, ...config },
    simulator: { script },
  });
  await run.engine.connect();
  const started = run.next('tool.started');
  await run.engine.sendText('search for it');
  await started;
  expect(run.engine.lane).toBe('big');
  return Object.assign(run, { finish: () => finish() });
};
const outputOf = ({ engine }: EngineRun): unknown => {
  const found = engine.conversation.items.find(({ item }) => item.type === 'function_call_output')?.item;
  return found && 'output' in found ? found.output : undefined;
};

describe('a big lane without an end', () => {
  it('leaves the big lane after bigLaneTimeoutMs', async () => {
    await using run = await searching({ bigLaneTimeoutMs: 400 });
    const left = await run.next('lane.switched');
    expect(left).toMatchObject({ from: 'big', to: 'fast', reason: 'lane_timeout' });
    expect(run.engine.lane).toBe('fast');
  });

  it('lets a tool that takes longer go on in the background', async () => {
    await using run = await searching({ bigLaneTimeoutMs: 400 });
    await run.next('lane.switched');
    const succeeded = run.next('tool.succeeded');
    const told = run.next('turn.response_completed');
    run.finish();
    await succeeded;
    await told;
    expect(outputOf(run)).toBe('{"found":true}');
  });

  it('aborts a tool that takes longer, with abort, and tells the model', async () => {
    await using run = await searching({ bigLaneTimeoutMs: 400, onBigLaneTimeout: 'abort' });
    const failed = run.next('tool.failed');
    await run.next('lane.switched');
    expect(await failed).toMatchObject({ functionName: 'search' });
    await expect.poll(() => outputOf(run)).toMatch(/abort|cancel/);
  });
});
