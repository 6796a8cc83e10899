import { of } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { type Simulator, type SimulatorConfig, startSimulator } from '../../src/simulator/index.js';
import { ServerEvent } from '../../src/wire/server-event.js';
import { type Client, connect, type Event } from './connect.js';
import { quiet, speech } from './sound.js';

const user = (text: string) => ({
  type: 'conversation.item.create',
  item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
});
const ask = { type: 'response.create' };
const append = (audio: string) => ({ type: 'input_audio_buffer.append', audio });
const input = (settings: object) => ({ type: 'session.update', session: { type: 'realtime', audio: { input: settings } } });

interface Done {
  readonly response: {
    readonly id: string;
    readonly status: string;
    readonly status_details: unknown;
    readonly output: readonly {
      id: string;
      status: string;
      content: readonly { transcript: string }[];
      name: string;
      arguments: string;
    }[];
    readonly usage: {
      total_tokens: number;
      input_tokens: number;
      output_tokens: number;
      input_token_details: Record<string, number>;
      output_token_details: Record<string, number>;
    };
    readonly metadata: unknown;
  };
}

const done = async (client: Client) => ((await client.next('response.done')) as unknown as Done).response;
const typesOf = (events: readonly Event[]) => events.map(({ type }) => type);
const audioMs = (events: readonly Event[]) =>
  events
    .filter(({ type }) => type === 'response.output_audio.delta')
    .reduce((ms, { delta }) => ms + Buffer.from(String(delta), 'base64').length / 48, 0);

describe('simulator turns', () => {
  let simulator: Simulator | undefined;
  const start = async (config: SimulatorConfig = {}, model = 'gpt-realtime') => {
    simulator = await startSimulator({ voice: 'built-in', pace: 'instant', ...config });
    return connect(`${simulator.url}?model=${model}`);
  };
  afterEach(() => simulator?.close());

  it('answers the user who spoke with the script, then with its own words', async () => {
    await using client = await start({ script: ['One.', { text: 'Two.' }] });
    for (const text of ['a', 'b', 'hello']) {
      client.send(user(text), ask);
    }
    const spoken = [await done(client), await done(client), await done(client)].map(
      ({ output }) => output[0]?.content[0]?.transcript,
    );
    expect(spoken).toEqual(['One.', 'Two.', 'Hello there! How can I help you today?']);
  });

  it('says the weather in Tokyo to speech of which nobody told the words', async () => {
    await using client = await start();
    client.send(append(quiet(200)), append(speech(500)), append(quiet(400)));
    expect((await done(client)).output[0]?.content[0]?.transcript).toMatch(/sunny in Tokyo/);
  });

  it('says what the function of the user says', async () => {
    await using client = await start({ respond: ({ text, index }) => of({ text: `${index}: ${text}` }) });
    client.send(user('first'), ask);
    expect((await done(client)).output[0]?.content[0]?.transcript).toBe('0: first');
    client.send(user('second'), ask);
    expect((await done(client)).output[0]?.content[0]?.transcript).toBe('1: second');
  });

  it('counts usage that adds up, 1 token per 100 ms in and 1 per 50 ms out', async () => {
    await using client = await start();
    client.send(append(quiet(320)), append(speech(640)), append(quiet(640)));
    const { audio_start_ms } = await client.next('input_audio_buffer.speech_started');
    const { audio_end_ms } = await client.next('input_audio_buffer.speech_stopped');
    const { usage } = await done(client);
    const { input_token_details: read, output_token_details: wrote } = usage;
    expect(usage.total_tokens).toBe(usage.input_tokens + usage.output_tokens);
    expect(usage.input_tokens).toBe((read.text_tokens ?? 0) + (read.audio_tokens ?? 0) + (read.image_tokens ?? 0));
    expect(usage.output_tokens).toBe((wrote.text_tokens ?? 0) + (wrote.audio_tokens ?? 0));
    expect(read.audio_tokens).toBe(Math.floor((Number(audio_end_ms) - Number(audio_start_ms)) / 100));
    expect(wrote.audio_tokens).toBe(Math.floor(audioMs(client.events) / 50));
  });

  it('tells the times of speech over all audio of the session', async () => {
    await using client = await start();
    client.send(append(quiet(640)), append(speech(640)), append(quiet(640)));
    await done(client);
    client.send(append(speech(640)), append(quiet(640)));
    await done(client);
    const times = client.events.flatMap(({ audio_start_ms, audio_end_ms }) =>
      [audio_start_ms, audio_end_ms].filter((ms) => ms !== undefined),
    );
    expect(times).toEqual([340, 1504, 1620, 2784]);
  });

  it('detects no turn with turn_detection null, and answers when asked', async () => {
    await using client = await start();
    client.send(input({ turn_detection: null }), append(speech(500)), append(quiet(600)), { type: 'input_audio_buffer.commit' });
    await client.next('conversation.item.done');
    client.send(ask);
    await done(client);
    expect(typesOf(client.events).filter((type) => type.includes('speech_'))).toEqual([]);
  });

  it('commits and waits to be asked with create_response off', async () => {
    await using client = await start();
    client.send(
      input({ turn_detection: { type: 'server_vad', create_response: false } }),
      append(speech(500)),
      append(quiet(600)),
    );
    await client.next('conversation.item.done');
    client.send({ type: 'input_audio_buffer.clear' });
    await client.next('input_audio_buffer.cleared');
    expect(typesOf(client.events)).not.toContain('response.created');
  });

  it('cuts the running answer when the user speaks, in the order of a recorded interruption', async () => {
    await using client = await start({
      pace: 'realtime',
      script: [{ text: 'A long answer that takes its time to be said.', delayMs: 0 }],
    });
    client.send(user('go'), ask);
    await client.next('response.output_audio.delta');
    client.send(append(speech(300)));
    const response = await done(client);
    const item = response.output[0];
    const types = typesOf(client.events);
    const from = types.indexOf('input_audio_buffer.speech_started');
    expect(types.slice(from + 1, types.indexOf('response.done') + 1)).toEqual([
      'response.output_audio.done',
      'response.output_audio_transcript.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.done',
    ]);
    expect(response).toMatchObject({ status: 'cancelled', status_details: { type: 'cancelled', reason: 'turn_detected' } });
    expect(item?.status).toBe('incomplete');
    expect('A long answer that takes its time to be said.').toContain(item?.content[0]?.transcript);
    client.send({ type: 'conversation.item.truncate', item_id: item?.id, content_index: 0, audio_end_ms: 150 });
    await client.next('conversation.item.truncated');
    await client.next('rate_limits.updated');
    expect(
      client.events
        .slice(client.events.findIndex(({ type }) => type === 'response.done'))
        .filter(({ type }) => type.endsWith('delta')),
    ).toEqual([]);
  });

  it('lets the answer run on with interrupt_response off', async () => {
    await using client = await start({ pace: 'realtime', script: [{ text: 'Hello you.', delayMs: 0 }] });
    client.send(input({ turn_detection: { type: 'server_vad', interrupt_response: false } }), user('go'), ask);
    await client.next('response.output_audio.delta');
    client.send(append(speech(300)));
    expect(await done(client)).toMatchObject({ status: 'completed' });
    expect(typesOf(client.events)).toContain('input_audio_buffer.speech_started');
  });

  it('cancels with nothing said and nothing used before the first output', async () => {
    await using client = await start({ script: [{ text: 'Never said.', delayMs: 60_000 }] });
    client.send(user('go'), ask, { type: 'response.cancel' });
    expect(await done(client)).toMatchObject({
      status: 'cancelled',
      status_details: { type: 'cancelled', reason: 'client_cancelled' },
      output: [],
      usage: { total_tokens: 0, input_tokens: 0, output_tokens: 0 },
    });
  });

  it('tells the words of the script as input transcription, when the session asked', async () => {
    await using client = await start({ script: [{ transcript: 'How are you, my friend?', text: 'Fine.' }] });
    client.send(input({ transcription: { model: 'gpt-4o-mini-transcribe' } }), append(speech(500)), append(quiet(600)));
    const completed = await client.next('conversation.item.input_audio_transcription.completed');
    expect(completed).toMatchObject({ transcript: 'How are you, my friend?', content_index: 0, usage: { type: 'tokens' } });
    const deltas = client.events.filter(({ type }) => type === 'conversation.item.input_audio_transcription.delta');
    expect(deltas.map(({ delta }) => delta).join('')).toBe('How are you, my friend?');
  });

  it('does not pretend to have understood what nobody told', async () => {
    await using client = await start();
    client.send(input({ transcription: { model: 'whisper-1' } }), append(speech(500)), append(quiet(600)));
    const failed = await client.next('conversation.item.input_audio_transcription.failed');
    expect(failed.error).toMatchObject({ code: 'transcription_unavailable' });
    await done(client);
  });

  it('calls a declared tool whose keyword comes up, and answers with its output', async () => {
    await using client = await start();
    const tool = {
      type: 'function',
      name: 'lookup_forecast',
      description: 'Get the weather of a place.',
      parameters: { type: 'object', properties: { place: { type: 'string' }, days: { type: 'integer' } }, required: ['place'] },
    };
    client.send({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'], tools: [tool] } });
    client.send(user('What is the weather like in New York?'), ask);
    const call = await client.next('response.function_call_arguments.done');
    expect(call).toMatchObject({ name: 'lookup_forecast', arguments: '{"place":"New York"}' });
    await done(client);
    client.send(
      {
        type: 'conversation.item.create',
        item: { type: 'function_call_output', call_id: call.call_id, output: '{"sky":"clear","degrees":7}' },
      },
      ask,
    );
    expect(await client.next('response.output_text.done')).toMatchObject({ text: 'Here is what I found: sky clear, degrees 7.' });
  });

  it('makes the call of the script, then says its text', async () => {
    await using client = await start({
      script: [{ toolCall: { name: 'roll', arguments: { sides: 6 } }, text: 'You rolled a four.' }, 'Next.'],
    });
    client.send(user('go'), ask);
    const call = await client.next('response.function_call_arguments.done');
    expect(call).toMatchObject({ name: 'roll', arguments: '{"sides":6}' });
    await done(client);
    client.send(
      { type: 'conversation.item.create', item: { type: 'function_call_output', call_id: call.call_id, output: '4' } },
      ask,
    );
    expect((await done(client)).output[0]?.content[0]?.transcript).toBe('You rolled a four.');
    client.send(user('again'), ask);
    expect((await done(client)).output[0]?.content[0]?.transcript).toBe('Next.');
  });

  it('keeps a message open while it writes the call that comes with it', async () => {
    await using client = await start(
      { respond: () => ({ text: 'One moment.', toolCalls: [{ name: 'look' }] }) },
      'gpt-realtime-2.1',
    );
    client.send(user('go'), ask);
    const { output } = await done(client);
    const order = client.events
      .filter(({ type }) => type.startsWith('response.output_item') || type === 'response.function_call_arguments.done')
      .map(({ type, output_index }) => `${type} ${output_index}`);
    expect(order).toEqual([
      'response.output_item.added 0',
      'response.output_item.added 1',
      'response.output_item.done 0',
      'response.function_call_arguments.done 1',
      'response.output_item.done 1',
    ]);
    expect(output[0]).toMatchObject({ phase: 'commentary' });
  });

  it('answers out of band beside the conversation and leaves nothing in it', async () => {
    await using client = await start({ pace: 'realtime', script: [{ text: 'A long answer that takes its time.', delayMs: 0 }] });
    client.send(user('go'), ask);
    await client.next('response.output_audio.delta');
    client.send({
      type: 'response.create',
      response: { conversation: 'none', output_modalities: ['text'], metadata: { topic: 'side' }, input: [user('thanks').item] },
    });
    const side = await done(client);
    expect(side).toMatchObject({ metadata: { topic: 'side' }, conversation_id: null, status: 'completed' });
    expect(side.output[0]).toMatchObject({ content: [{ type: 'output_text', text: 'You are very welcome.' }] });
    const inConversation = client.events
      .filter(({ type }) => type === 'conversation.item.added')
      .map(({ item }) => (item as { id: string }).id);
    expect(inConversation).not.toContain(side.output[0]?.id);
  });

  it('echoes ids and places of the client, deletes and retrieves', async () => {
    await using client = await start();
    const item = (id: string) => ({ id, type: 'message', role: 'user', content: [{ type: 'input_text', text: id }] });
    client.send({ type: 'conversation.item.create', item: item('a') }, { type: 'conversation.item.create', item: item('c') });
    client.send({ type: 'conversation.item.create', item: item('b'), previous_item_id: 'a' });
    client.send({ type: 'conversation.item.create', item: item('first'), previous_item_id: 'root' });
    client.send({ type: 'conversation.item.retrieve', item_id: 'b' }, { type: 'conversation.item.delete', item_id: 'b' });
    await client.next('conversation.item.deleted');
    const added = client.events.filter(({ type }) => type === 'conversation.item.added');
    expect(added.map((event) => [(event.item as { id: string }).id, event.previous_item_id])).toEqual([
      ['a', null],
      ['c', 'a'],
      ['b', 'a'],
      ['first', null],
    ]);
    expect(client.events.find(({ type }) => type === 'conversation.item.retrieved')?.item).toMatchObject({
      id: 'b',
      status: 'completed',
    });
  });

  it('keeps sessions apart', async () => {
    await using one = await start({ script: ['First.', 'Second.'] });
    await using two = connect(`${simulator?.url}?model=gpt-realtime-2.1`);
    await one.next('session.created');
    await two.next('session.created');
    expect(simulator?.connections).toBe(2);
    one.send(user('x'), ask);
    await done(one);
    one.send(user('x'), ask);
    two.send(user('x'), ask);
    expect((await done(one)).output[0]?.content[0]?.transcript).toBe('Second.');
    expect((await done(two)).output[0]?.content[0]?.transcript).toBe('First.');
    expect(new Set([...one.events, ...two.events].map(({ event_id }) => event_id)).size).toBe(
      one.events.length + two.events.length,
    );
  });

  it('sends ids in the form of the service', async () => {
    await using client = await start({ script: [{ toolCall: { name: 'f' } }] });
    client.send(user('x'), ask);
    await done(client);
    const ids = [...new Set(client.texts.join(' ').match(/:"(event|sess|conv|item|resp|call)_[^"]*"/g))];
    for (const id of ids) expect(id).toMatch(/^:"((event|sess|conv|item|resp)_[0-9A-Za-z]{21}|call_[0-9A-Za-z]{16})"$/);
    expect(new Set(ids.map((id) => id.split('_')[0])).size).toBe(6);
  });

  it('pads text-like deltas to a multiple of 16 characters, and audio not at all', async () => {
    await using client = await start();
    client.send(user('hello'), ask);
    await done(client);
    for (const event of client.events.filter(({ type }) => type.endsWith('delta'))) {
      if (event.type === 'response.output_audio.delta') expect(event).not.toHaveProperty('obfuscation');
      else expect((String(event.delta).length + String(event.obfuscation).length) % 16).toBe(0);
    }
  });

  it('sends nothing that the wire codecs do not take', async () => {
    await using client = await start(
      { script: [{ toolCall: { name: 'f' }, text: 'Done.', transcript: 'Do it.' }] },
      'gpt-realtime-2.1',
    );
    client.send(input({ transcription: { model: 'whisper-1' } }), append(quiet(200)), append(speech(500)), append(quiet(700)));
    const call = await client.next('response.function_call_arguments.done');
    await done(client);
    client.send(
      { type: 'conversation.item.create', item: { type: 'function_call_output', call_id: call.call_id, output: '4' } },
      ask,
      { type: 'nope' },
    );
    const { output } = await done(client);
    client.send({ type: 'conversation.item.truncate', item_id: output[0]?.id, content_index: 0, audio_end_ms: 10 });
    client.send({ type: 'conversation.item.delete', item_id: output[0]?.id }, { type: 'input_audio_buffer.clear' });
    await client.next('input_audio_buffer.cleared');
    await client.next('rate_limits.updated');
    const misfits = client.events.filter((event) => !ServerEvent.is(event)).map(({ type }) => type);
    expect(misfits).toEqual([]);
  });

  it('mixes the words among the audio of a longer answer and sends 3 s well within 1 s', async () => {
    const text = 'This is an answer of a dozen words or so, said calmly to the end.';
    await using client = await start({ pace: 'service', script: [{ text, delayMs: 0 }] });
    const begin = performance.now();
    client.send(user('go'), ask);
    await done(client);
    const took = performance.now() - begin;
    expect(audioMs(client.events)).toBeGreaterThan(3000);
    expect(took).toBeLessThan(audioMs(client.events) / 2);
    const deltas = typesOf(client.events).filter((type) => type.endsWith('delta'));
    expect(deltas.indexOf('response.output_audio.delta')).toBeLessThan(
      deltas.lastIndexOf('response.output_audio_transcript.delta'),
    );
    const words = client.events.filter(({ type }) => type === 'response.output_audio_transcript.delta').map(({ delta }) => delta);
    expect(words.join('')).toBe(text);
  });
});
