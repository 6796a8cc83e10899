import { createServer } from 'node:net';
import { defer, firstValueFrom, interval, map, NEVER, Subject, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { signal } from '../../marbles/index.js';
import type { AudioFrame } from '../../src/audio.js';
import { VoiceEngine } from '../../src/engine/voice-engine.js';
import { AudioError } from '../../src/errors.js';
import { nodePlatform } from '../../src/node/node-platform.js';
import { tool } from '../../src/tool.js';
import { engineRun, services } from './engine-run.js';

const closedPort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

const typesOf = (events: readonly { readonly type: string }[], pattern: RegExp): readonly string[] =>
  events.map(({ type }) => type).filter((type) => pattern.test(type));

const weather = tool({
  name: 'get_weather',
  description: 'the weather somewhere',
  parameters: { type: 'object', properties: { city: { type: 'string' } } },
  run: ({ city }) => ({ city, sky: 'clear' }),
});

describe('connect', () => {
  it('tells that it starts and that it is established, and resolves then', async () => {
    await using run = await engineRun();
    expect(run.engine.state).toBe('idle');
    const connecting = run.engine.connect();
    expect(run.engine.getState()).toBe('connecting');
    await connecting;
    expect(run.engine.isConnected).toBe(true);
    expect(run.engine.state).toBe('ready');
    expect(typesOf(run.seen, /^(connection|turn)\./)).toEqual([
      'connection.starting',
      'connection.established',
      'turn.conversation_started',
    ]);
  });

  it('gives the same promise while it connects, and opens one session', async () => {
    await using run = await engineRun();
    expect(run.engine.connect()).toBe(run.engine.connect());
    await run.engine.connect();
    expect(run.service.connections).toBe(1);
  });

  it('rejects once after all attempts, with the last error and all of them in its cause', async () => {
    const port = await closedPort();
    const engine = new VoiceEngine(
      { provider: 'simulator', metadata: { endpoint: `ws://127.0.0.1:${port}/v1/realtime` } },
      nodePlatform(),
    );
    const types: string[] = [];
    engine.events.on('connection.*', ({ type }) => types.push(type));
    const error = await engine.connect({ retryCount: 2 }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ _tag: 'ConnectionError', code: 'refused', retryable: true });
    expect((error as { cause: AggregateError }).cause.errors).toHaveLength(2);
    expect(types.filter((type) => type !== 'connection.reconnecting')).toEqual([
      'connection.starting',
      'connection.failed',
      'connection.starting',
      'connection.failed',
    ]);
    expect(engine.isConnected).toBe(false);
  });

  it('rejects at once where trying again cannot help', async () => {
    await using run = await engineRun({ simulator: { apiKeys: ['another'] } });
    await expect(run.engine.connect({ retryCount: 5 })).rejects.toMatchObject({ _tag: 'AuthenticationError' });
    expect(typesOf(run.seen, /^connection\.starting/)).toHaveLength(1);
  });

  it('rejects with AuthenticationError before any socket, where there is no key', async () => {
    let sockets = 0;
    const engine = new VoiceEngine(
      {},
      {
        openSocket: () => {
          sockets += 1;
          return NEVER;
        },
      },
    );
    await expect(engine.connect()).rejects.toMatchObject({ _tag: 'AuthenticationError', code: 'missing_key' });
    expect(sockets).toBe(0);
  });

  it('can be called again after a failure, and after disconnect', async () => {
    await using run = await engineRun();
    await run.engine.connect();
    await run.engine.disconnect();
    await run.engine.connect();
    const done = run.next('turn.response_completed');
    await run.engine.sendText('hello');
    await done;
    expect(run.engine.isConnected).toBe(true);
  });
});

describe('while the first attempt to connect is told', () => {
  it('disconnect ends it', async () => {
    await using run = await engineRun();
    const ended = new Promise<void>((resolve) => {
      run.engine.events.once('connection.starting', () => run.engine.disconnect().then(resolve));
    });
    await expect(run.engine.connect()).rejects.toMatchObject({ code: 'cancelled' });
    await ended;
    expect(run.engine.state).toBe('closed');
  });

  it('what is said and heard is taken', async () => {
    const microphone = new Subject<AudioFrame>();
    await using run = await engineRun({ platform: { microphone: () => microphone } });
    const taken = new Promise((resolve) => {
      run.engine.events.once('connection.starting', () =>
        resolve(Promise.all([run.engine.sendText('hello', { respond: false }), run.engine.startListening()])),
      );
    });
    await run.engine.connect();
    microphone.next({ samples: new Int16Array(480), sampleRate: 24_000, position: 0 });
    await taken;
    expect(run.engine.conversation.items).toHaveLength(1);
  });
});

describe('connect and disconnect in turn', () => {
  it('is disconnected when that was said last', async () => {
    await using run = await engineRun();
    await run.engine.connect();
    void run.engine.disconnect();
    const connecting = run.engine.connect();
    await run.engine.disconnect();
    await expect(connecting).rejects.toMatchObject({ code: 'cancelled' });
    expect(run.engine.state).toBe('closed');
    expect(run.service.connections).toBe(0);
  });

  it.each([16_000, 24_000])('is connected once when that was said last, at %i Hz', async (sampleRate) => {
    await using run = await engineRun({ engine: { sampleRate } });
    const first = run.engine.connect();
    void run.engine.disconnect();
    const second = run.engine.connect();
    await expect(first).rejects.toMatchObject({ code: 'cancelled' });
    await second;
    expect(run.engine.isConnected).toBe(true);
    expect(run.service.connections).toBe(1);
  });

  it('is another conversation when the end of one is told', async () => {
    await using run = await engineRun();
    await run.engine.connect();
    const again = run.next('turn.conversation_ended').then(() => run.next('connection.established'));
    run.engine.events.once('turn.conversation_ended', () => run.engine.connect());
    await run.engine.disconnect();
    await again;
    expect(run.service.connections).toBe(1);
  });
});

describe('disconnect', () => {
  it('resolves when the socket is closed, and again at once', async () => {
    await using run = await engineRun();
    await run.engine.connect();
    await run.engine.disconnect();
    await run.engine.disconnect();
    expect(run.engine.state).toBe('closed');
    expect(run.service.connections).toBe(0);
    expect(run.seen.at(-1)).toMatchObject({ type: 'turn.conversation_ended' });
  });

  it('makes a connect that is under way reject', async () => {
    await using run = await engineRun({ engine: { sampleRate: 16_000 } });
    const connecting = run.engine.connect();
    await run.engine.disconnect();
    await expect(connecting).rejects.toMatchObject({ code: 'cancelled' });
    expect(run.service.connections).toBe(0);
  });

  it('is what await using does', async () => {
    await using run = await engineRun();
    {
      await using engine = await VoiceEngine.open(
        { provider: 'simulator', metadata: { endpoint: run.service.url } },
        nodePlatform(),
      );
      expect(engine.isConnected).toBe(true);
      expect(run.service.connections).toBe(1);
    }
    expect(run.service.connections).toBe(0);
  });
});

describe('before connect', () => {
  it.each([
    ['startListening', (engine: VoiceEngine) => engine.startListening()],
    ['sendAudio', (engine: VoiceEngine) => engine.sendAudio(new Uint8Array(2))],
    ['sendText', (engine: VoiceEngine) => engine.sendText('hello')],
    ['sendRecordedAudio', (engine: VoiceEngine) => engine.sendRecordedAudio(new Int16Array(4800))],
    ['textToAudioResponse', (engine: VoiceEngine) => engine.textToAudioResponse('hello')],
    ['commit', (engine: VoiceEngine) => engine.commit()],
  ])('%s rejects with NOT_CONNECTED', async (_, call) => {
    const engine = new VoiceEngine({ apiKey: 'sk' }, { openSocket: () => NEVER });
    await expect(call(engine)).rejects.toMatchObject({ _tag: 'EngineError', code: 'NOT_CONNECTED' });
  });
});

describe.each(services)('sendText, with the %s', (service) => {
  it('is answered in words and audio, and told as text.input', async () => {
    const words: string[] = [];
    let bytes = 0;
    await using run = await engineRun({
      service,
      engine: {
        onTextResponse: (text) => words.push(text),
        onAudioResponse: (pcm) => {
          bytes += pcm.length;
        },
      },
      simulator: { script: ['Good morning to you.'] },
    });
    await run.engine.connect();
    const done = run.next('turn.response_completed');
    await run.engine.sendText('good morning');
    expect(await done).toMatchObject({ status: 'completed' });
    expect(words).toEqual(['Good morning to you.']);
    expect(bytes).toBeGreaterThan(24_000);
    expect(typesOf(run.seen, /^text\.input/)).toHaveLength(1);
  });

  it('is not answered with respond: false', async () => {
    await using run = await engineRun({ service });
    await run.engine.connect();
    await run.engine.sendText('note this', { respond: false });
    await run.engine.sendText('and this', { respond: false });
    expect(run.engine.conversation.items).toHaveLength(2);
    expect(typesOf(run.seen, /^turn\.response/)).toEqual([]);
  });
});

describe.each(services)('sendImage, with the %s', (service) => {
  it('shows a PNG with words beside it', async () => {
    await using run = await engineRun({ service });
    await run.engine.connect();
    await run.engine.sendImage(Uint8Array.of(0x89, 0x50, 0x4e, 0x47), { text: 'what is this?', respond: false });
    const [held] = run.engine.conversation.items;
    expect(held?.item).toMatchObject({ content: [{ type: 'input_text' }, { type: 'input_image' }] });
  });
});

describe.each(services)('sendAudio, with the %s', (service) => {
  it('carries half a sample over to the next call', async () => {
    await using run = await engineRun({ service, engine: { vadEnabled: false }, simulator: { script: ['Yes.'] } });
    await run.engine.connect();
    const samples = signal('s', { position: 0, length: 9600 });
    const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
    for (let at = 0; at < bytes.length; at += 1001) await run.engine.sendAudio(bytes.subarray(at, at + 1001));
    const done = run.next('turn.response_completed');
    await run.engine.commit();
    await done;
    expect(run.engine.conversation.items.map(({ item }) => item.type)).toEqual(['message', 'message']);
  });

  it.each(['commit', 'disconnect'])('drops half a sample at %s', async (end) => {
    await using run = await engineRun({ service, engine: { vadEnabled: false } });
    const { engine } = run;
    await engine.connect();
    await engine.sendAudio(new Uint8Array(4801));
    await (end === 'commit' ? engine.commit({ respond: false }) : engine.disconnect());
    await engine.connect();
    await engine.sendAudio(new Uint8Array(4801));
    await engine.commit({ respond: false });
    expect(engine.getUsage().audioSeconds.input).toBe(end === 'commit' ? 0.2 : 0.1);
  });

  it('takes audio of the rate that was configured, and tells answers at it', async () => {
    await using run = await engineRun({
      service,
      engine: { vadEnabled: false, sampleRate: 16_000 },
      simulator: { script: ['Yes, I have heard you well.'] },
    });
    await run.engine.connect();
    await run.engine.sendAudio(new Int16Array(16_000 / 2));
    const done = run.next('turn.response_completed');
    await run.engine.commit();
    await done;
    const chunks = run.seen.filter((event) => event.type === 'audio.output_chunk');
    expect(chunks.length).toBeGreaterThan(1);
    expect(chunks.every((chunk) => chunk.sampleRate === 16_000)).toBe(true);
    const item = run.engine.conversation.items[0];
    expect(item?.item).toMatchObject({ role: 'user' });
  });
});

describe.each(services)('sendRecordedAudio, with the %s', (service) => {
  it.each(['client', 'server', 'semantic'] as const)('is one turn, answered once, with vadType %s', async (vadType) => {
    await using run = await engineRun({ service, engine: { vadType }, simulator: { script: ['Heard.'] } });
    await run.engine.connect();
    const samples = signal('s', { position: 0, length: 36_000 });
    const done = run.next('turn.response_completed');
    await run.engine.sendRecordedAudio(samples);
    await done;
    expect(typesOf(run.seen, /^turn\.response_started/)).toHaveLength(1);
    expect(typesOf(run.seen, /^engine\.error/)).toEqual([]);
    expect(run.engine.conversation.items).toHaveLength(2);
  });

  it('is not answered with autoRespond: false', async () => {
    await using run = await engineRun({ service });
    await run.engine.connect();
    await run.engine.sendRecordedAudio(new Int16Array(24_000), { autoRespond: false });
    expect(run.engine.conversation.items).toHaveLength(1);
    expect(typesOf(run.seen, /^turn\.response/)).toEqual([]);
  });

  it('rejects what begins like a WAV file and is none', async () => {
    await using run = await engineRun({ service });
    await run.engine.connect();
    await expect(run.engine.sendRecordedAudio(new TextEncoder().encode('RIFFnonsense'))).rejects.toMatchObject({
      _tag: 'AudioError',
      code: 'bad_wav',
    });
  });
});

describe.each(services)('textToAudioResponse, with the %s', (service) => {
  it('gives the audio of the words, which is neither played nor told nor in the history', async () => {
    await using run = await engineRun({ service });
    await run.engine.connect();
    const pcm = await run.engine.textToAudioResponse('Your table is ready.');
    expect(pcm.length).toBeGreaterThan(24_000);
    expect(run.engine.conversation.items).toEqual([]);
    expect(typesOf(run.seen, /^audio\.output_chunk/)).toEqual([]);
  });

  it('rejects when it takes too long', async () => {
    await using run = await engineRun({ service, simulator: { pace: 'service' } });
    await run.engine.connect();
    await expect(run.engine.textToAudioResponse('hello', { timeoutMs: 50 })).rejects.toMatchObject({ code: 'timeout' });
  });

  it('is cancelled at the service when nobody waits for it any more', async () => {
    await using run = await engineRun({ service, simulator: { pace: 'service' } });
    await run.engine.connect();
    const done = run.next('response.done');
    await expect(
      run.engine.textToAudioResponse('one two three four five six seven eight nine ten', { timeoutMs: 50 }),
    ).rejects.toMatchObject({ code: 'timeout' });
    expect((await done).response).toMatchObject({ status: 'cancelled', conversation_id: null });
    expect(typesOf(run.seen, /^engine\.error/)).toEqual([]);
  });

  it('may take for ever with timeoutMs: Infinity', async () => {
    await using run = await engineRun({ service });
    await run.engine.connect();
    expect((await run.engine.textToAudioResponse('hello', { timeoutMs: Number.POSITIVE_INFINITY })).length).toBeGreaterThan(0);
  });
});

describe.each(services)('interrupt, with the %s', (service) => {
  it('does nothing when nothing sounds or is open', async () => {
    await using run = await engineRun({ service });
    await run.engine.connect();
    run.engine.interrupt();
    await run.engine.sendText('hello', { respond: false });
    expect(typesOf(run.seen, /error|interrupted|cancelled/)).toEqual([]);
  });

  it('cancels the answer that is open', async () => {
    await using run = await engineRun({
      service,
      simulator: { pace: 'service', script: ['One two three four five six seven eight nine ten.'] },
    });
    await run.engine.connect();
    const begun = run.next('audio.output_started');
    const cancelled = run.next('turn.response_cancelled');
    await run.engine.sendText('count');
    await begun;
    run.engine.interrupt();
    expect(await cancelled).toMatchObject({ status: 'cancelled' });
  });
});

describe.each(services)('registerTool, with the %s', (service) => {
  it.each(['before', 'after'])('lets the model call what was registered %s connect', async (when) => {
    await using run = await engineRun({
      service,
      simulator: { script: [{ toolCall: { name: 'get_weather', arguments: { city: 'Oslo' } }, text: 'It is clear.' }] },
    });
    if (when === 'before') run.engine.registerTool(weather);
    await run.engine.connect();
    if (when === 'after') run.engine.registerTool(weather);
    const invoked = run.next('tool.invoked');
    const succeeded = run.next('tool.succeeded');
    await run.engine.sendText('weather in Oslo');
    expect(await invoked).toMatchObject({ functionName: 'get_weather', arguments: { city: 'Oslo' } });
    await succeeded;
  });
});

describe.each(services)('tools of the session, with the %s', (service) => {
  const other = tool({ name: 'other', description: '', parameters: { type: 'object' }, run: () => '' });

  it.each(['session', 'updateSession'])('are run that were given with %s', async (by) => {
    const first = by === 'session' ? weather : other;
    await using run = await engineRun({
      service,
      engine: { session: { tools: [first] } },
      simulator: { script: [{ toolCall: { name: 'get_weather', arguments: { city: 'Oslo' } }, text: 'It is clear.' }] },
    });
    await run.engine.connect();
    if (by === 'updateSession') await run.engine.updateSession({ tools: [weather] });
    await run.engine.sendText('weather in Oslo');
    await expect
      .poll(() => run.engine.conversation.items.find(({ item }) => item.type === 'function_call_output')?.item)
      .toMatchObject({ output: '{"city":"Oslo","sky":"clear"}' });
  });
});

describe.each(services)('updateSession with tools, with the %s', (service) => {
  const named = (name: string, answer: string) =>
    tool({ name, description: '', parameters: { type: 'object' }, run: () => answer });
  const outputOf = (engine: VoiceEngine): unknown =>
    engine.conversation.items.map(({ item }) => (item.type === 'function_call_output' ? item.output : undefined)).find(Boolean);
  const calling = { script: [{ toolCall: { name: 'roll', arguments: {} }, text: 'Four.' }] };

  it('runs the old ones on when the provider refuses it', async () => {
    await using run = await engineRun({ service, engine: { tools: [named('roll', 'old')] }, simulator: calling });
    await run.engine.connect();
    await expect(run.engine.updateSession({ tools: [named('roll', 'new')], speed: 9 })).rejects.toMatchObject({
      code: 'invalid_request',
    });
    await run.engine.sendText('roll');
    await expect.poll(() => outputOf(run.engine)).toBe('old');
  });

  it('runs the old ones for a response that began before the provider had it', async () => {
    await using run = await engineRun({
      service,
      engine: { tools: [named('roll', 'old')] },
      simulator: { ...calling, pace: 'service' },
    });
    await run.engine.connect();
    const begun = run.next('turn.response_started');
    await run.engine.sendText('roll');
    await begun;
    await run.engine.updateSession({ tools: [named('roll', 'new')] });
    expect(outputOf(run.engine)).toBeUndefined();
    await expect.poll(() => outputOf(run.engine)).toBe('old');
  });

  it('leaves no trace of what was refused', async () => {
    await using run = await engineRun({ service, engine: { tools: [named('roll', 'old')] } });
    const declared = async (): Promise<unknown> => {
      await run.engine.updateSession({ speed: 1 });
      const { tools } = run.seen.findLast((event) => event.type === 'session.updated')?.session ?? {};
      return tools?.map((each) => 'name' in each && each.name);
    };
    await run.engine.connect();
    await run.engine.updateSession({ tools: [named('other', '')], speed: 9 }).catch(() => undefined);
    run.engine.registerTool(named('more', ''));
    expect(await declared()).toEqual(['roll', 'more']);
    await run.engine.disconnect();
    await run.engine.connect();
    expect(await declared()).toEqual(['roll', 'more']);
  });

  it('adds what is registered meanwhile to what it brings', async () => {
    await using run = await engineRun({ service, engine: { tools: [named('roll', 'old')] }, simulator: calling });
    await run.engine.connect();
    const updated = run.engine.updateSession({ tools: [named('other', '')] });
    run.engine.registerTool(named('roll', 'registered'));
    await updated;
    await run.engine.sendText('roll');
    await expect.poll(() => outputOf(run.engine)).toBe('registered');
  });
});

describe.each(services)('onFunctionCall, with the %s', (service) => {
  const scripted = { script: [{ toolCall: { name: 'get_weather', arguments: { city: 'Oslo' } }, text: 'Done.' }] };

  it('answers with what it returns', async () => {
    await using run = await engineRun({
      service,
      engine: { onFunctionCall: ({ arguments: args }) => ({ told: args }) },
      simulator: scripted,
    });
    await run.engine.connect();
    const done = run.next('tool.succeeded');
    await run.engine.sendText('weather');
    await done;
    await expect
      .poll(() => run.engine.conversation.items.find(({ item }) => item.type === 'function_call_output')?.item)
      .toMatchObject({
        output: '{"told":{"city":"Oslo"}}',
      });
  });

  it('leaves the call to the registered tool when it returns nothing', async () => {
    await using run = await engineRun({
      service,
      engine: { tools: [weather], onFunctionCall: () => undefined },
      simulator: scripted,
    });
    await run.engine.connect();
    await run.engine.sendText('weather');
    await expect
      .poll(() => run.engine.conversation.items.find(({ item }) => item.type === 'function_call_output')?.item)
      .toMatchObject({
        output: '{"city":"Oslo","sky":"clear"}',
      });
  });
});

describe.each(services)('conversation, with the %s', (service) => {
  it('adds, deletes and clears items', async () => {
    await using run = await engineRun({ service });
    const { engine } = run;
    await engine.connect();
    for (const id of ['a', 'b', 'c']) {
      await engine.conversation.add({ id, type: 'message', role: 'user', content: [{ type: 'input_text', text: id }] });
    }
    await engine.conversation.delete('b');
    expect(engine.conversation.items.map(({ id }) => id)).toEqual(['a', 'c']);
    expect((await firstValueFrom(engine.conversation$)).map(({ id }) => id)).toEqual(['a', 'c']);
    await engine.conversation.clear();
    expect(engine.conversation.items).toEqual([]);
  });

  it('rejects what the provider refuses, and goes on', async () => {
    await using run = await engineRun({ service });
    await run.engine.connect();
    await expect(run.engine.conversation.delete('nobody')).rejects.toMatchObject({
      _tag: 'StreamError',
      code: 'invalid_request',
    });
    await run.engine.sendText('hello', { respond: false });
    expect(run.engine.isConnected).toBe(true);
  });
});

describe.each(services)('exportState, with the %s', (service) => {
  it('gives what importState of another engine goes on with', async () => {
    await using first = await engineRun({ service, simulator: { script: ['Nice to meet you, Ada.'] } });
    await first.engine.connect();
    const done = first.next('turn.response_completed');
    await first.engine.sendText('I am Ada');
    await done;
    const json = JSON.stringify(first.engine.exportState());
    await using second = await engineRun({ service });
    second.engine.importState(json);
    await second.engine.connect();
    await expect
      .poll(() => second.engine.conversation.items.map(({ transcript }) => transcript))
      .toEqual(['I am Ada', 'Nice to meet you, Ada.']);
  });

  it('in the midst of a call gives one that importState ends: its result is lost', async () => {
    await using first = await engineRun({
      service,
      engine: { tools: [tool({ name: 'pay', description: '', parameters: { type: 'object' }, run: () => NEVER })] },
      simulator: { script: [{ toolCall: { name: 'pay', arguments: {} }, text: 'Paid.' }] },
    });
    await first.engine.connect();
    const started = first.next('tool.started');
    await first.engine.sendText('pay');
    await started;
    const json = JSON.stringify(first.engine.exportState());
    await using second = await engineRun({ service, simulator: { script: ['I do not know.'] } });
    second.engine.importState(json);
    await second.engine.connect();
    const done = second.next('turn.response_completed');
    await second.engine.sendText('did you pay?');
    expect(await done).toMatchObject({ status: 'completed' });
    const items = second.engine.conversation.items.map(({ item }) => item);
    expect(items.map(({ type }) => type)).toEqual(['message', 'function_call', 'function_call_output', 'message', 'message']);
    expect(items[2]).toMatchObject({
      call_id: (items[1] as { call_id?: string }).call_id,
      output: expect.stringMatching(/pay.*may have run/),
    });
    expect(second.seen.filter(({ type }) => /^(engine\.error|tool\.)/.test(type))).toEqual([]);
  });

  it('gives what was said and is not confirmed', async () => {
    await using run = await engineRun({ service });
    await run.engine.connect();
    const said = run.engine.sendText('I am Ada', { respond: false });
    expect(run.engine.exportState().items).toMatchObject([{ role: 'user', content: [{ text: 'I am Ada' }] }]);
    await said;
    expect(run.engine.exportState().items).toHaveLength(1);
  });

  it('is told by importState to the first session that there is, and to no other', async () => {
    await using run = await engineRun({ service });
    const item = { id: 'a', type: 'message', role: 'user', content: [{ type: 'input_text', text: 'I am Ada' }] } as const;
    const words = (): readonly unknown[] => run.engine.conversation.items.map(({ transcript }) => transcript);
    run.engine.importState({ version: 1, items: [item] });
    const connecting = run.engine.connect();
    void run.engine.disconnect();
    await expect(connecting).rejects.toMatchObject({ code: 'cancelled' });
    await run.engine.connect();
    await expect.poll(words).toEqual(['I am Ada']);
    await run.engine.disconnect();
    await run.engine.connect();
    await run.engine.sendText('hello', { respond: false });
    expect(words()).toEqual(['hello']);
  });

  it('is refused by importState when it is of another version', () => {
    const engine = new VoiceEngine({ apiKey: 'sk' }, { openSocket: () => NEVER });
    expect(() => engine.importState('{"version":2,"items":[]}')).toThrow(/version/);
    expect(() => engine.importState('nonsense')).toThrow(/importState/);
  });
});

describe.each(services)('startListening, with the %s', (service) => {
  const chunks =
    (level = 0): (() => import('rxjs').Observable<AudioFrame>) =>
    () =>
      interval(5).pipe(map((index) => ({ samples: new Int16Array(480).fill(level), sampleRate: 24_000, position: index * 480 })));

  it('tells the chunks of the microphone', async () => {
    await using run = await engineRun({ service, platform: { microphone: chunks() } });
    await run.engine.connect();
    await run.engine.startListening();
    expect(run.engine.isListening).toBe(true);
    expect(run.engine.state).toBe('listening');
    const chunk = await run.next('audio.input_chunk');
    expect(chunk).toMatchObject({ durationMs: 20 });
    expect(chunk.audioData).toHaveLength(960);
    const stopped = run.next('audio.input_stopped');
    run.engine.stopListening();
    expect(await stopped).toMatchObject({ reason: 'stopped' });
    expect(run.engine.isListening).toBe(false);
  });

  it('ends the turn that goes on when listening stops', async () => {
    const samples = signal('s', { position: 0, length: 96_000 });
    const microphone = () =>
      interval(2).pipe(
        map((index) => ({
          samples: samples.subarray(index * 480, index * 480 + 480),
          sampleRate: 24_000,
          position: index * 480,
        })),
      );
    await using run = await engineRun({ service, platform: { microphone }, simulator: { script: ['Heard.'] } });
    await run.engine.connect();
    const begun = run.next('speech.started');
    await run.engine.startListening();
    await begun;
    await new Promise((resolve) => setTimeout(resolve, 200));
    const done = run.next('turn.response_completed');
    run.engine.stopListening();
    await done;
    expect(typesOf(run.seen, /^turn\.response_started/)).toHaveLength(1);
  });

  it.each(['ends', 'fails', 'is collected'])('ends the turn that goes on when the microphone %s', async (how) => {
    const microphone = new Subject<AudioFrame>();
    await using run = await engineRun({ service, platform: { microphone: () => microphone }, simulator: { script: ['Heard.'] } });
    await run.engine.connect();
    const heard = run.engine.startListening();
    for (let position = 0; position < 24_000; position += 480) {
      microphone.next({ samples: signal('s', { position, length: 480 }), sampleRate: 24_000, position });
    }
    await heard;
    const done = run.next('turn.response_completed');
    if (how === 'ends') microphone.complete();
    else if (how === 'is collected') void run.engine.startListening({ send: false });
    else microphone.error(new AudioError('unplugged', { code: 'device_lost' }));
    await done;
    expect(typesOf(run.seen, /^(speech\.(started|stopped)|audio\.input_stopped|turn\.response_started)/)).toEqual([
      'speech.started',
      'audio.input_stopped',
      'speech.stopped',
      'turn.response_started',
    ]);
  });

  it('sends nothing with send: false', async () => {
    await using run = await engineRun({ service, engine: { vadEnabled: false }, platform: { microphone: chunks() } });
    await run.engine.connect();
    await run.engine.startListening({ send: false });
    await run.next('audio.input_chunk');
    await run.next('audio.input_chunk');
    run.engine.stopListening();
    await expect(run.engine.commit()).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('rejects when the microphone cannot be opened, and the conversation goes on', async () => {
    const missing = new AudioError('no device mic7; there are: mic1', { code: 'no_device' });
    await using run = await engineRun({ service, platform: { microphone: () => throwError(() => missing) } });
    await run.engine.connect();
    await expect(run.engine.startListening()).rejects.toBe(missing);
    expect(run.engine.isListening).toBe(false);
    await run.engine.sendText('hello', { respond: false });
  });

  it('can be called again when the microphone is there', async () => {
    const missing = new AudioError('no device', { code: 'no_device' });
    const sources = [() => throwError(() => missing), chunks()];
    await using run = await engineRun({ service, platform: { microphone: () => defer(() => (sources.shift() ?? chunks())()) } });
    await run.engine.connect();
    await expect(run.engine.startListening()).rejects.toBe(missing);
    await run.engine.startListening();
    await run.engine.startListening();
    expect(run.engine.isListening).toBe(true);
    expect(typesOf(run.seen, /^audio\.input_started/)).toHaveLength(1);
  });

  it('rejects where the platform has no microphone', async () => {
    await using run = await engineRun({ service });
    await run.engine.connect();
    await expect(run.engine.startListening()).rejects.toMatchObject({ _tag: 'AudioError', code: 'no_device' });
  });
});
