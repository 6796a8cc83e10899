import { merge, NEVER, noop, of, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { playTo } from '../../operators/playTo.js';
import { AudioError } from '../../src/errors.js';
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
    const script = [{ toolCall: { name: 'get_weather', arguments: { city: 'Tokyo' } }, text: 'It is clear.' }];
    await using run = await engineRun({ engine: { tools: [weather] }, simulator: { script } });
    const watching = run.engine.voice$.pipe(telemetry(memory.config)).subscribe();
    await run.engine.connect();
    const spoken = new Promise((resolve) =>
      run.engine.events.on('text.output', ({ isPartial }) => isPartial || resolve(undefined)),
    );
    await run.engine.sendText('What is the weather in Tokyo?');
    await spoken;
    await run.engine.disconnect();

    const named = (operation: string) => memory.spans.filter(({ name }) => name.startsWith(operation));
    expect(memory.spans).toHaveLength(4);
    expect(named('generate_content')).toHaveLength(2);
    expect(named('execute_tool get_weather')).toHaveLength(1);
    expect(new Set(memory.spans.map((span) => span.spanContext().traceId)).size).toBe(1);
    const [[question = 0, answer = 0], [turn]] = [named('generate_content'), named('invoke_agent')].map((spans) =>
      spans.map(secondsOf),
    ) as [number[], number[]];
    expect(turn).toBeGreaterThanOrEqual(question + answer);
    expect(await memory.points('gen_ai.invoke_agent.tool_calls')).toMatchObject([{ count: 1, sum: 1 }]);
    expect(await memory.points('voice.session.active')).toMatchObject([{ sum: 0 }]);
    expect(JSON.stringify(memory.spans.map(({ attributes }) => attributes))).not.toMatch(/Tokyo|clear/);
    watching.unsubscribe();
  });

  it('ends all spans of an engine with its conversation', async () => {
    const memory = otelMemory();
    const tool = { toolCall: { name: 'wait', arguments: {} }, text: 'Done.' };
    await using run = await engineRun({
      engine: { reconnect: false, onFunctionCall: () => new Promise(() => undefined) },
      simulator: { script: [tool] },
    });
    const watching = run.engine.voice$.pipe(telemetry(memory.config)).subscribe({ error: () => undefined });
    await run.engine.connect();
    const started = run.next('tool.started');
    await run.engine.sendText('wait');
    await started;
    const ended = run.next('turn.conversation_ended');
    await run.service.close();
    await ended;
    expect(watching.closed).toBe(true);
    expect(memory.started).toBeGreaterThan(1);
    expect(memory.spans).toHaveLength(memory.started);
  });

  it('ends the turn of which no more is heard when the loudspeaker fails', async () => {
    const memory = otelMemory();
    const failed$ = new Subject<never>();
    const loudspeaker = () => playTo(() => merge(of({ write: noop, flush: noop, taken$: NEVER, aheadSamples: 4800 }), failed$));
    await using run = await engineRun({ platform: { loudspeaker } });
    const watching = run.engine.voice$.pipe(telemetry(memory.config)).subscribe();
    await run.engine.connect();
    const completed = run.next('turn.response_completed');
    await run.engine.sendText('hello');
    await completed;
    expect(memory.spans).toHaveLength(memory.started - 1);
    failed$.error(new AudioError('unplugged', { code: 'device_lost' }));
    expect(memory.spans).toHaveLength(memory.started);
    watching.unsubscribe();
  });

  it('goes on over the loss of its session', async () => {
    const memory = otelMemory();
    const faults = [{ type: 'destroy', on: 'response.created', connection: 1 }] as const;
    await using run = await engineRun({ simulator: { faults } });
    const watching = run.engine.voice$.pipe(telemetry(memory.config)).subscribe();
    await run.engine.connect();
    const back = run.next('connection.restored');
    await run.engine.sendText('hello');
    await back;
    const answered = run.next('turn.response_completed');
    await run.engine.sendText('hello again');
    await answered;
    expect(await memory.points('voice.session.active')).toMatchObject([{ sum: 1 }]);
    expect(await memory.points('voice.session.reconnects')).toMatchObject([{ sum: 1 }]);
    expect(await memory.points('voice.lane')).toMatchObject([{ sum: 1, attributes: { 'vox.lane': 'fast' } }]);
    watching.unsubscribe();
    expect(await memory.points('voice.session.active')).toMatchObject([{ sum: 0 }]);
    expect(memory.spans).toHaveLength(memory.started);
    const responses = memory.spans.filter(({ name }) => name.startsWith('generate_content'));
    expect(responses.map(({ attributes }) => attributes['error.type'])).toEqual(['lost', undefined]);
  });
});
