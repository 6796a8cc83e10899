import { once } from 'node:events';
import { connect } from 'node:net';
import OpenAI from 'openai';
import type { OpenAIRealtimeError } from 'openai/realtime/internal-base';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';
import type { RealtimeClientEvent, RealtimeServerEvent, RealtimeSessionCreateRequest } from 'openai/resources/realtime/realtime';
import { afterEach, describe, expect, it } from 'vitest';
import { type Simulator, type SimulatorConfig, startSimulator } from '../../src/simulator/index.js';
import { toBase64 } from '../../src/wire/base64.js';
import { foldedTypes, type Journal, journal } from './journal.js';
import { question, shout } from './voice.js';

type Session = Omit<RealtimeSessionCreateRequest, 'type'>;

interface Caller extends Journal<RealtimeServerEvent>, AsyncDisposable {
  readonly client: OpenAIRealtimeWS;
  readonly errors: readonly OpenAIRealtimeError[];
  send(...events: readonly RealtimeClientEvent[]): void;
}

const say = (text: string): RealtimeClientEvent => ({
  type: 'conversation.item.create',
  item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
});
const ask: RealtimeClientEvent = { type: 'response.create' };
const settings = (session: Session): RealtimeClientEvent => ({
  type: 'session.update',
  session: { type: 'realtime', ...session },
});
const speak = (pieces: readonly Int16Array[]): readonly RealtimeClientEvent[] =>
  pieces.map((piece) => ({ type: 'input_audio_buffer.append', audio: toBase64(piece) }));

const wordsSpoken = (events: readonly RealtimeServerEvent[]): string =>
  events.flatMap((event) => (event.type === 'response.output_audio_transcript.delta' ? [event.delta] : [])).join('');

/** The kinds that come when they come: beside the answer, or after it. */
const isBeside = ({ type }: RealtimeServerEvent): boolean =>
  type === 'rate_limits.updated' || type.includes('input_audio_transcription');

const orderOf = (events: readonly RealtimeServerEvent[]): readonly string[] =>
  foldedTypes(events.filter((event) => !isBeside(event)));

const itemAdded = ['conversation.item.added', 'conversation.item.done'];
const spokenAnswer = [
  'response.created',
  'response.output_item.added',
  'conversation.item.added',
  'response.content_part.added',
  'response.output_audio.delta + response.output_audio_transcript.delta',
  'response.output_audio.done',
  'response.output_audio_transcript.done',
  'response.content_part.done',
  'conversation.item.done',
  'response.output_item.done',
  'response.done',
];

describe('OpenAIRealtimeWS of the package openai, with the simulator', { timeout: 60_000 }, () => {
  let simulator: Simulator | undefined;
  afterEach(() => simulator?.close());

  const start = async (config: SimulatorConfig): Promise<Simulator> => {
    simulator = await startSimulator({ voice: 'built-in', pace: 'instant', apiKeys: ['sk-right'], ...config });
    return simulator;
  };
  const account = ({ port }: Simulator, apiKey: string) => new OpenAI({ apiKey, baseURL: `http://127.0.0.1:${port}/v1` });

  const dial = (running: Simulator, apiKey: string): Caller => {
    const client = new OpenAIRealtimeWS(
      // It makes wss: of every address, so the socket that it gets is a plain one.
      { model: 'gpt-realtime', options: { createConnection: () => connect(running.port, '127.0.0.1') } },
      account(running, apiKey),
    );
    const events = journal<RealtimeServerEvent>();
    const errors: OpenAIRealtimeError[] = [];
    const closed = once(client.socket, 'close');
    client.on('event', events.add);
    client.on('error', (error) => errors.push(error));
    return {
      ...events,
      client,
      errors,
      send: (...all) => {
        for (const event of all) client.send(event);
      },
      [Symbol.asyncDispose]: async () => {
        client.close();
        await closed;
      },
    };
  };
  const call = async (config: SimulatorConfig, apiKey = 'sk-right') => dial(await start(config), apiKey);

  it('holds a conversation in text, answered in speech and then in writing', async () => {
    await using caller = await call({ script: ['Hello! How can I help?', 'Four.'] });
    const { session } = await caller.next('session.created');
    expect(session).toMatchObject({ type: 'realtime', model: 'gpt-realtime', output_modalities: ['audio'] });

    caller.send(say('Hello'), ask);
    const spoken = await caller.client.emitted('response.output_audio_transcript.done');
    const { response } = await caller.next('response.done');
    expect(orderOf(caller.entries)).toEqual(['session.created', ...itemAdded, ...spokenAnswer]);
    expect(spoken.transcript).toBe('Hello! How can I help?');
    expect(wordsSpoken(caller.entries)).toBe(spoken.transcript);
    expect(response).toMatchObject({ status: 'completed', output: [{ id: spoken.item_id, status: 'completed' }] });
    const { usage } = response;
    expect(usage?.total_tokens).toBe((usage?.input_tokens ?? 0) + (usage?.output_tokens ?? 0));
    expect(usage?.output_token_details?.audio_tokens).toBeGreaterThan(0);

    caller.send(settings({ output_modalities: ['text'] }));
    expect((await caller.next('session.updated')).session).toMatchObject({ output_modalities: ['text'] });
    caller.send(say('What is two and two?'), ask);
    expect((await caller.next('response.output_text.done')).text).toBe('Four.');
    await caller.next('response.done');
    expect(caller.errors).toEqual([]);
  });

  it('is answered when it has spoken, and told what it said', async () => {
    await using caller = await call({
      script: [{ transcript: 'What is the weather in Tokyo?', text: 'It is sunny in Tokyo.' }],
    });
    await caller.next('session.created');
    caller.send(settings({ audio: { input: { transcription: { model: 'gpt-4o-mini-transcribe' } } } }));
    await caller.next('session.updated');

    caller.send(...speak(question()));
    const started = await caller.next('input_audio_buffer.speech_started');
    const stopped = await caller.next('input_audio_buffer.speech_stopped');
    const committed = await caller.next('input_audio_buffer.committed');
    await caller.next('response.done');
    await caller.next('rate_limits.updated');
    expect(orderOf(caller.entries)).toEqual([
      'session.created',
      'session.updated',
      'input_audio_buffer.speech_started',
      'input_audio_buffer.speech_stopped',
      'input_audio_buffer.committed',
      ...itemAdded,
      ...spokenAnswer,
    ]);
    expect([stopped.item_id, committed.item_id]).toEqual([started.item_id, started.item_id]);
    expect(stopped.audio_end_ms - started.audio_start_ms).toBeGreaterThan(2000);
    const heard = caller.entries.find(({ type }) => type === 'conversation.item.input_audio_transcription.completed');
    expect(heard).toMatchObject({ item_id: started.item_id, transcript: 'What is the weather in Tokyo?' });
    expect(wordsSpoken(caller.entries)).toBe('It is sunny in Tokyo.');
    expect(caller.errors).toEqual([]);
  });

  it('runs a tool and hears what came of it', async () => {
    await using caller = await call({});
    await caller.next('session.created');
    const tool = {
      type: 'function' as const,
      name: 'get_weather',
      description: 'The weather of a city',
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    };
    caller.send(settings({ tools: [tool], output_modalities: ['text'] }), say('What is the weather in Tokyo?'), ask);

    const asked = await caller.next('response.function_call_arguments.done');
    expect(asked.name).toBe('get_weather');
    expect(JSON.parse(asked.arguments)).toEqual({ city: 'Tokyo' });
    const { response } = await caller.next('response.done');
    expect(response.output).toMatchObject([{ type: 'function_call', status: 'completed', call_id: asked.call_id }]);

    caller.send(
      {
        type: 'conversation.item.create',
        item: { type: 'function_call_output', call_id: asked.call_id, output: '{"forecast":"snow"}' },
      },
      ask,
    );
    expect((await caller.next('conversation.item.added')).item).toMatchObject({
      type: 'function_call_output',
      call_id: asked.call_id,
    });
    expect((await caller.next('response.output_text.done')).text).toContain('snow');
    expect((await caller.next('response.done')).response.status).toBe('completed');
    expect(caller.errors).toEqual([]);
  });

  it('interrupts an answer by speaking, cuts it to what was heard, and is answered anew', async () => {
    await using caller = await call({
      script: [
        { text: 'It never ends. '.repeat(50), delayMs: 0 },
        { text: 'Yes?', delayMs: 0 },
      ],
      pace: 'realtime',
    });
    await caller.next('session.created');
    caller.send(say('Tell me a story'), ask);
    const { response: story } = await caller.next('response.created');
    const { item_id } = await caller.next('response.output_audio.delta');

    caller.send(...speak(shout()));
    await caller.next('input_audio_buffer.speech_started');
    const { response } = await caller.next('response.done');
    expect(response).toMatchObject({
      id: story.id,
      status: 'cancelled',
      status_details: { type: 'cancelled', reason: 'turn_detected' },
      output: [{ id: item_id, status: 'incomplete' }],
    });

    caller.send({ type: 'conversation.item.truncate', item_id, content_index: 0, audio_end_ms: 100 });
    expect(await caller.next('conversation.item.truncated')).toMatchObject({ item_id, content_index: 0, audio_end_ms: 100 });
    expect((await caller.next('response.output_audio_transcript.done')).transcript).toBe('Yes?');
    expect((await caller.next('response.done')).response.status).toBe('completed');
    expect(caller.errors).toEqual([]);
  });

  it('is told of a command that was refused, by its id, and goes on', async () => {
    await using caller = await call({});
    await caller.next('session.created');
    caller.send({ type: 'conversation.item.delete', item_id: 'item_nowhere', event_id: 'my_event' });
    await caller.next('error');
    expect(caller.errors.map(({ error }) => error)).toMatchObject([
      { type: 'invalid_request_error', code: 'item_delete_invalid_item_id', event_id: 'my_event' },
    ]);
    caller.send(say('Hello'), ask);
    expect((await caller.next('response.done')).response.status).toBe('completed');
  });

  it('is told of a bad key after the connection was made, and is shown out', async () => {
    await using caller = await call({}, 'sk-wrong');
    const [code, reason] = (await once(caller.client.socket, 'close')) as [number, Buffer];
    expect(orderOf(caller.entries)).toEqual(['error']);
    expect(caller.errors.map(({ error }) => error)).toMatchObject([
      { type: 'invalid_request_error', code: 'invalid_api_key', event_id: null },
    ]);
    expect([code, reason.toString()]).toEqual([3000, 'invalid_request_error.invalid_api_key']);
  });

  it('mints a secret for somebody else, who comes in with it and finds the session as it was asked for', async () => {
    const running = await start({});
    const { realtime } = account(running, 'sk-right');
    const { value, session } = await realtime.clientSecrets.create({
      session: { type: 'realtime', model: 'gpt-realtime', instructions: 'Be brief.', output_modalities: ['text'] },
    });
    expect(value).toMatch(/^ek_/);
    expect(session).toMatchObject({ type: 'realtime', model: 'gpt-realtime', instructions: 'Be brief.' });

    await using caller = dial(running, value);
    const settled = { type: 'realtime', instructions: 'Be brief.', output_modalities: ['text'] };
    expect((await caller.next('session.created')).session).toMatchObject(settled);
    caller.send(say('Hello'), ask);
    expect((await caller.next('response.done')).response.status).toBe('completed');
    expect(caller.errors).toEqual([]);
  });
});
