import { OpenAIRealtimeWebSocket, RealtimeAgent, type RealtimeItem, RealtimeSession, tool } from '@openai/agents-realtime';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Simulator, type SimulatorConfig, startSimulator } from '../../src/simulator/index.js';
import { type Journal, journal } from './journal.js';
import { question, shout } from './voice.js';

/** What the application sees of its session, by the names of the session's own events. */
type Seen =
  | { readonly type: 'agent_start' | 'audio_start' | 'audio_stopped' | 'audio_interrupted' }
  | { readonly type: 'agent_end'; readonly output: string }
  | { readonly type: 'agent_tool_start' | 'agent_tool_end'; readonly tool: string; readonly result?: string }
  | { readonly type: 'disconnected' };

/** An event of the service, as the transport passes it on. */
interface Told {
  readonly type: string;
  readonly item_id?: string;
  readonly item?: { readonly id?: string; readonly content?: unknown };
}

interface Caller extends Disposable {
  readonly session: RealtimeSession;
  readonly seen: Journal<Seen>;
  readonly told: Journal<Told>;
  readonly errors: readonly unknown[];
  /** Audio that came for the loudspeaker, in milliseconds. */
  heardMs(): number;
  speak(pieces: readonly Int16Array[]): void;
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Int16Array): ArrayBuffer =>
  buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;

/** The history as role or kind, status, and words. */
const linesOf = (history: readonly RealtimeItem[]): readonly string[] =>
  history.map((item) => {
    if (item.type === 'function_call') return `${item.name} ${item.status} ${item.arguments} ${item.output}`;
    if (item.type !== 'message') return item.type;
    const status = 'status' in item ? item.status : '';
    const words = item.content.map((part) => ('text' in part ? part.text : part.transcript) ?? '(no words)');
    return `${item.role} ${status} ${words.join(' ')}`;
  });

const getWeather = tool({
  name: 'get_weather',
  description: 'The weather of a city',
  parameters: z.object({ city: z.string(), days: z.number().nullable() }),
  execute: ({ city, days }) => `It snows in ${city} for ${days} days.`,
});

describe('RealtimeSession of the package @openai/agents-realtime, with the simulator', { timeout: 60_000 }, () => {
  let simulator: Simulator | undefined;
  afterEach(() => simulator?.close());

  const call = async (config: SimulatorConfig, apiKey = 'sk-right'): Promise<Caller> => {
    simulator = await startSimulator({ voice: 'built-in', pace: 'instant', apiKeys: ['sk-right'], ...config });
    const agent = new RealtimeAgent({ name: 'Guide', instructions: 'Be kind.', tools: [getWeather] });
    const transport = new OpenAIRealtimeWebSocket({
      url: `${simulator.url}?model=gpt-realtime-2.1`,
      useInsecureApiKey: true,
    });
    const session = new RealtimeSession(agent, {
      transport,
      config: { audio: { input: { turnDetection: { type: 'server_vad' } } } },
    });
    const seen = journal<Seen>();
    const told = journal<Told>();
    const errors: unknown[] = [];
    let heardBytes = 0;
    session.on('audio', ({ data }) => {
      heardBytes += data.byteLength;
    });
    session.on('error', ({ error }) => errors.push(error));
    session.on('transport_event', told.add);
    for (const type of ['agent_start', 'audio_start', 'audio_stopped', 'audio_interrupted'] as const)
      session.on(type, () => seen.add({ type }));
    session.on('agent_end', (_context, _agent, output) => seen.add({ type: 'agent_end', output }));
    session.on('agent_tool_start', (_context, _agent, { name }) => seen.add({ type: 'agent_tool_start', tool: name }));
    session.on('agent_tool_end', (_context, _agent, { name }, result) =>
      seen.add({ type: 'agent_tool_end', tool: name, result }),
    );
    transport.on('disconnected', () => seen.add({ type: 'disconnected' }));
    await session.connect({ apiKey });
    return {
      session,
      seen,
      told,
      errors,
      heardMs: () => heardBytes / 48,
      speak: (pieces) => {
        for (const piece of pieces) session.sendAudio(bytesOf(piece));
      },
      [Symbol.dispose]: () => session.close(),
    };
  };

  it('holds a conversation in text, answered in speech', async () => {
    using caller = await call({ script: ['Hello! How can I help?', 'Four.'] });
    await caller.told.next('session.updated');
    for (const [text, answer] of [
      ['Hello', 'Hello! How can I help?'],
      ['What is two and two?', 'Four.'],
    ] as const) {
      caller.session.sendMessage(text);
      expect((await caller.seen.next('agent_end')).output).toBe(answer);
    }
    expect(linesOf(caller.session.history)).toEqual([
      'user completed Hello',
      'assistant completed Hello! How can I help?',
      'user completed What is two and two?',
      'assistant completed Four.',
    ]);
    expect(caller.seen.entries.map(({ type }) => type).slice(0, 4)).toEqual([
      'agent_start',
      'audio_start',
      'audio_stopped',
      'agent_end',
    ]);
    expect(caller.session.usage.totalTokens).toBe(caller.session.usage.inputTokens + caller.session.usage.outputTokens);
    expect(caller.session.usage.outputTokens).toBeGreaterThan(0);
    expect(caller.heardMs()).toBeGreaterThan(500);
    expect(caller.errors).toEqual([]);
  });

  it('is answered when it has spoken, and has in its history what was said', async () => {
    using caller = await call({
      script: [{ transcript: 'How is the weather in Tokyo?', text: 'It is sunny in Tokyo.' }],
    });
    await caller.told.next('session.updated');
    caller.speak(question());
    await caller.told.next('conversation.item.input_audio_transcription.completed');
    expect((await caller.told.next('conversation.item.retrieved')).item).toMatchObject({
      role: 'user',
      content: [{ type: 'input_audio', transcript: 'How is the weather in Tokyo?' }],
    });
    expect((await caller.seen.next('agent_end')).output).toBe('It is sunny in Tokyo.');
    expect(linesOf(caller.session.history)).toEqual([
      'user completed How is the weather in Tokyo?',
      'assistant completed It is sunny in Tokyo.',
    ]);
    expect(caller.errors).toEqual([]);
  });

  it('runs its tool and hears what came of it', async () => {
    using caller = await call({});
    await caller.told.next('session.updated');
    caller.session.sendMessage('How will the weather be in Tokyo for 3 days?');
    expect(await caller.seen.next('agent_tool_start')).toMatchObject({ tool: 'get_weather' });
    expect(await caller.seen.next('agent_tool_end')).toMatchObject({ result: 'It snows in Tokyo for 3 days.' });
    // Of the call, then of the answer.
    await caller.told.next('response.done');
    await caller.told.next('response.done');
    expect(linesOf(caller.session.history)).toEqual([
      'user completed How will the weather be in Tokyo for 3 days?',
      'get_weather completed {"city":"Tokyo","days":3} It snows in Tokyo for 3 days.',
      'assistant completed It snows in Tokyo for 3 days.',
    ]);
    expect(caller.errors).toEqual([]);
  });

  it('interrupts an answer by speaking, and is answered anew', async () => {
    using caller = await call({
      script: [
        { text: 'It never ends. '.repeat(50), delayMs: 0 },
        { transcript: 'Stop!', text: 'Yes?', delayMs: 0 },
      ],
      pace: 'realtime',
    });
    await caller.told.next('session.updated');
    caller.session.sendMessage('Tell me a story');
    await caller.seen.next('audio_start');
    caller.speak(shout());
    await caller.seen.next('audio_interrupted');
    const { item_id } = await caller.told.next('conversation.item.truncated');
    const cut = await caller.told.next('conversation.item.retrieved', ({ item }) => item?.id === item_id);
    expect(cut.item?.content).toEqual([{ type: 'output_audio' }]);
    await caller.told.next('conversation.item.input_audio_transcription.completed');
    await caller.seen.next('audio_start');
    expect((await caller.seen.next('agent_end')).output).toBe('Yes?');
    // It keeps the words that it had, though the service has forgotten them.
    expect(linesOf(caller.session.history)).toEqual([
      'user completed Tell me a story',
      expect.stringMatching(/^assistant incomplete It never ends\./),
      'user completed Stop!',
      'assistant completed Yes?',
    ]);
    expect(caller.errors).toEqual([]);
  });

  it('is told of a bad key after the connection was made, and is shown out', async () => {
    using caller = await call({}, 'sk-wrong');
    await caller.seen.next('disconnected');
    expect(caller.errors).toMatchObject([{ type: 'error', error: { code: 'invalid_api_key' } }]);
    expect(caller.told.entries.map(({ type }) => type)).toEqual(['error']);
  });
});
