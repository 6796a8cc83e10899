import * as t from 'io-ts';
import { delay, from, lastValueFrom, merge, of, Subject, tap, toArray } from 'rxjs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { realtime, runTools } from '../operators/index.js';
import type { Command } from '../src/events.js';
import { openSocket } from '../src/node/index.js';
import { openai } from '../src/providers/openai.js';
import { type Simulator, startSimulator } from '../src/simulator/index.js';
import { tool, toolDeclarations } from '../src/tool.js';

let service: Simulator;
beforeAll(async () => {
  service = await startSimulator({ voice: 'built-in', pace: 'instant' });
});
afterAll(() => service.close());

it('calls a tool, and speaks what it said', async () => {
  const asked: string[] = [];
  const weather = tool({
    name: 'get_weather',
    description: 'The weather at a place.',
    parameters: t.type({ city: t.string }),
    run: ({ city }) => {
      asked.push(city);
      return of({ sky: 'sunny', degrees: 22 }).pipe(delay(100));
    },
  });
  const commands: readonly Command[] = [
    { type: 'session.update', session: { tools: toolDeclarations([weather]) } },
    {
      type: 'conversation.item.create',
      item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'What is the weather in Tokyo?' }] },
    },
    { type: 'response.create' },
  ];

  // the source ends long before the tool does
  const conversation$ = from(commands).pipe(
    realtime(openai({ apiKey: 'sk-test', url: service.url }), { openSocket, epics: [runTools([weather])] }),
  );
  const events = await lastValueFrom(conversation$.pipe(toArray()));

  expect(asked).toEqual(['Tokyo']);
  expect(events.filter(({ type }) => type === 'error' || type.startsWith('diagnostic.'))).toEqual([]);
  expect(events.filter(({ type }) => type === 'response.done')).toHaveLength(2);
  expect(events.flatMap((event) => (event.type.startsWith('tool.') ? [event.type] : []))).toEqual([
    'tool.invoked',
    'tool.started',
    'tool.succeeded',
  ]);
  const said = events.flatMap((event) => (event.type === 'response.output_audio_transcript.done' ? [event.transcript] : []));
  expect(said).toEqual(['Here is what I found: sky sunny, degrees 22.']);
  expect(events.some(({ type }) => type === 'response.output_audio.delta')).toBe(true);
});

it('answers what is written while a tool runs together with what the tool said, once', async () => {
  const weather = tool({
    name: 'get_weather',
    description: 'The weather at a place.',
    parameters: t.type({ city: t.string }),
    run: () => of({ sky: 'sunny', degrees: 22 }).pipe(delay(200)),
  });
  const said = (text: string): readonly Command[] => [
    { type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] } },
    { type: 'response.create' },
  ];
  const written = new Subject<Command>();
  const declared: Command = { type: 'session.update', session: { tools: toolDeclarations([weather]) } };

  const conversation$ = merge(from([declared, ...said('What is the weather in Tokyo?')]), written).pipe(
    realtime(openai({ apiKey: 'sk-test', url: service.url }), { openSocket, epics: [runTools([weather])] }),
    tap(({ type }) => {
      if (type !== 'tool.started') return;
      for (const command of said('And what do I wear?')) written.next(command);
      written.complete();
    }),
  );
  const events = await lastValueFrom(conversation$.pipe(toArray()));

  const order = events.flatMap((event) => {
    if (event.type === 'conversation.item.added') return [event.item.type === 'message' ? event.item.role : event.item.type];
    return event.type === 'response.created' || event.type === 'error' ? [event.type] : [];
  });
  expect(order).toEqual([
    'user',
    'response.created',
    'function_call',
    'user',
    'function_call_output',
    'response.created',
    'assistant',
  ]);
});
