import { describe, expect, it } from 'vitest';
import { telemetry } from '../../src/otel/index.js';
import { tool } from '../../src/tool.js';
import { engineRun } from '../engine/engine-run.js';
import { otelMemory, secondsOf } from './otel-memory.js';

const weather = tool({
  name: 'get_weather',
  description: 'the weather somewhere',
  parameters: { type: 'object', properties: { city: { type: 'string' } } },
  run: () => ({ sky: 'clear' }),
});

describe('a conversation over sockets', () => {
  it('is told as turns, with what was asked of the model and of tools in them', async () => {
    const memory = otelMemory();
    let answers = 0;
    const respond = () => {
      answers += 1;
      return answers === 1 ? { call: { name: 'get_weather', arguments: { city: 'Tokyo' } } } : { text: 'It is clear.' };
    };
    await using run = await engineRun({ engine: { tools: [weather] }, simulator: { respond } });
    const watching = run.engine.voice$.pipe(telemetry(memory.config)).subscribe();
    await run.engine.connect();
    const spoken = new Promise((resolve) =>
      run.engine.events.on('text.output', ({ isPartial }) => isPartial || resolve(undefined)),
    );
    await run.engine.sendText('What is the weather in Tokyo?');
    await spoken;
    await run.engine.disconnect();

    expect(memory.spans.map(({ name }) => name.replace(/^generate_content .*/, 'generate_content'))).toEqual([
      'generate_content',
      'execute_tool get_weather',
      'generate_content',
      'invoke_agent',
    ]);
    expect(new Set(memory.spans.map((span) => span.spanContext().traceId)).size).toBe(1);
    const [question, , answer, turn] = memory.spans.map(secondsOf);
    expect(turn).toBeGreaterThanOrEqual((question ?? 0) + (answer ?? 0));
    expect(await memory.points('gen_ai.invoke_agent.tool_calls')).toMatchObject([{ count: 1, sum: 1 }]);
    expect(await memory.points('voice.session.active')).toMatchObject([{ sum: 0 }]);
    expect(JSON.stringify(memory.spans.map(({ attributes }) => attributes))).not.toMatch(/Tokyo|clear/);
    watching.unsubscribe();
  });

  it('goes on over the loss of its session', async () => {
    const memory = otelMemory();
    await using run = await engineRun();
    const watching = run.engine.voice$.pipe(telemetry(memory.config)).subscribe();
    await run.engine.connect();
    const back = run.next('connection.restored');
    await run.service.dropConnections();
    await back;
    expect(await memory.points('voice.session.active')).toMatchObject([{ sum: 1 }]);
    expect(await memory.points('voice.session.reconnects')).toMatchObject([{ sum: 1 }]);
    watching.unsubscribe();
    expect(await memory.points('voice.session.active')).toMatchObject([{ sum: 0 }]);
  });
});
