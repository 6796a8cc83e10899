import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReplayMismatch, startSimulator } from '../../src/simulator/index.js';
import { parseRecording } from '../../src/simulator/recording.js';
import { hasShared, shared } from '../shared.js';
import { type Client, connect } from './connect.js';

const c2s = (ev: object) => ({ dir: 'c2s', ev });
const s2c = (ev: object) => ({ dir: 's2c', ev });
const append = { type: 'input_audio_buffer.append', audio: 'AAAA' };
const item = (text: string) => ({
  type: 'conversation.item.create',
  item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
});
const ask = { type: 'response.create' };

/** A session of text and audio; the number is that of the line. */
const session = [
  s2c({ type: 'session.created', event_id: 'event_1' }),
  c2s({ type: 'session.update', session: { type: 'realtime', instructions: 'Be brief.' } }),
  s2c({ type: 'session.updated', event_id: 'event_2' }),
  c2s(append),
  c2s(append),
  c2s(append),
  s2c({ type: 'input_audio_buffer.speech_started', event_id: 'event_3' }),
  c2s(append),
  s2c({ type: 'input_audio_buffer.speech_stopped', event_id: 'event_4' }),
  c2s(item('hello')),
  c2s(ask),
  s2c({ type: 'response.created', event_id: 'event_5' }),
  s2c({ type: 'response.done', event_id: 'event_6' }),
];
const [, update] = session.map(({ ev }) => ev);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rxvox-replay-'));
});
afterAll(() => rm(folder, { recursive: true }));

const recorded = async (lines: readonly object[]): Promise<string> => {
  const file = join(folder, `${Math.random()}.jsonl`);
  await writeFile(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return file;
};

const typesOf = (client: Client) => client.events.map(({ type }) => type);
const recordedTypes = session.filter(({ dir }) => dir === 's2c').map(({ ev }) => (ev as { type: string }).type);

describe('replay', () => {
  it('says what the server said, each event once the client has sent what came before it', async () => {
    await using simulator = await startSimulator({ replay: await recorded(session) });
    await using client = connect(`${simulator.url}?model=gpt-realtime`);
    await client.next('session.created');
    expect(typesOf(client)).toEqual(['session.created']);
    client.send(update as object, append);
    await client.next('input_audio_buffer.speech_started');
    client.send(append);
    await client.next('input_audio_buffer.speech_stopped');
    client.send(item('hello'));
    client.send(ask);
    await client.next('response.done');
    expect(typesOf(client)).toEqual(recordedTypes);
    expect(await simulator.replayed()).toEqual({ complete: true, mismatches: [] });
  });

  it('plays to each client from the beginning', async () => {
    await using simulator = await startSimulator({ replay: await recorded(session) });
    for (const connection of [1, 2]) {
      await using client = connect(`${simulator.url}?model=gpt-realtime`);
      client.send(update as object, append, append, item('hello'), ask);
      await client.next('response.done');
      expect(await simulator.replayed(connection)).toMatchObject({ complete: true });
    }
  });

  it('takes any amount of audio, ids of the client and parameters that were not recorded', async () => {
    await using simulator = await startSimulator({ replay: await recorded(session) });
    await using client = connect(`${simulator.url}?model=gpt-realtime`);
    client.send(update as object, { ...append, audio: 'BBBB' });
    for (let i = 0; i < 50; i++) client.send(append);
    const { type, item: message } = item('hello');
    client.send({ type, event_id: 'mine', item: { ...message, id: 'chosen' } }, { ...ask, response: { metadata: { a: 'b' } } });
    await client.next('response.done');
    client.send(append);
    expect(await simulator.replayed()).toEqual({ complete: true, mismatches: [] });
  });

  it('takes audio that came in one piece, ahead of what was recorded between its pieces', async () => {
    await using simulator = await startSimulator({ replay: await recorded(session) });
    await using client = connect(`${simulator.url}?model=gpt-realtime`);
    client.send(update as object, append, item('hello'), ask);
    await client.next('response.done');
    expect(typesOf(client)).toEqual(recordedTypes);
    expect(await simulator.replayed()).toEqual({ complete: true, mismatches: [] });
  });

  it('reports what differs to the caller and to the client, and goes on', async () => {
    const mismatches: ReplayMismatch[] = [];
    const onMismatch = (mismatch: ReplayMismatch) => mismatches.push(mismatch);
    await using simulator = await startSimulator({ replay: { file: await recorded(session), onMismatch } });
    await using client = connect(`${simulator.url}?model=gpt-realtime`);
    client.send(update as object, append, append, { ...item('goodbye'), event_id: 'mine' });
    expect((await client.next('error')).error).toMatchObject({
      code: 'replay_mismatch',
      param: 'item.content[0].text',
      event_id: 'mine',
    });
    client.send(ask);
    await client.next('response.done');
    expect(mismatches).toMatchObject([
      { line: 10, expected: 'conversation.item.create', got: 'conversation.item.create', param: 'item.content[0].text' },
    ]);
    expect(mismatches[0]?.message).toBe("replay: conversation.item.create differs from line 10 in 'item.content[0].text'");
    expect(await simulator.replayed()).toEqual({ complete: false, mismatches });
  });

  it('waits on for what was recorded where something else comes', async () => {
    await using simulator = await startSimulator({ replay: await recorded(session) });
    await using client = connect(`${simulator.url}?model=gpt-realtime`);
    client.send(ask);
    expect((await client.next('error')).error).toMatchObject({
      message: 'replay: line 2 expects session.update, but response.create came',
      param: null,
    });
    client.send(update as object);
    await client.next('session.updated');
  });

  it('ends the connection, not the process, where the caller throws', async () => {
    const onMismatch = () => {
      throw new Error('not what was recorded');
    };
    await using simulator = await startSimulator({ replay: { file: await recorded(session), onMismatch } });
    await using client = connect(`${simulator.url}?model=gpt-realtime`);
    client.send(ask);
    expect((await client.closed).code).toBe(1011);
    expect(await simulator.replayed()).toMatchObject({ complete: false, mismatches: [{ got: 'response.create' }] });
  });

  it('says where the client went too early, and what came too much', async () => {
    await using simulator = await startSimulator({ replay: await recorded(session) });
    const client = connect(`${simulator.url}?model=gpt-realtime`);
    client.send(update as object);
    await client.next('session.updated');
    client.close();
    expect(await simulator.replayed()).toMatchObject({
      complete: false,
      mismatches: [{ line: 4, expected: 'input_audio_buffer.append', got: undefined }],
    });
    await using other = connect(`${simulator.url}?model=gpt-realtime`);
    other.send(update as object, append, append, item('hello'), ask, { type: 'response.cancel' });
    expect((await other.next('error')).error).toMatchObject({
      message: 'replay: nothing was to come after the recording, but response.cancel came',
    });
  });

  it('leaves uncompared what the caller names', async () => {
    const replay = { file: await recorded(session), ignore: ['session.instructions', 'item.content'] };
    await using simulator = await startSimulator({ replay });
    await using client = connect(`${simulator.url}?model=gpt-realtime`);
    client.send({ type: 'session.update', session: { type: 'realtime' } }, append, append, item('goodbye'), ask);
    await client.next('response.done');
    expect(await simulator.replayed()).toMatchObject({ complete: true });
  });

  it('lets faults happen to the recording', async () => {
    const faults = [{ type: 'close', code: 1012, on: 'session.updated' }] as const;
    await using simulator = await startSimulator({ replay: await recorded(session), faults });
    await using client = connect(`${simulator.url}?model=gpt-realtime`);
    client.send(update as object);
    expect((await client.closed).code).toBe(1012);
  });

  it.each([
    ['a fault has closed the connection', { faults: [{ type: 'close', on: 'session.updated' }] }],
    ['a fault has silenced the connection', { faults: [{ type: 'half_open', on: 'session.updated' }] }],
    ['a fault has refused the client', { faults: [{ type: 'refuse' }] }],
    ['the client was turned away', { apiKeys: ['sk-other'] }],
  ] as const)('tells that it did not come to its end when %s', async (_, config) => {
    await using simulator = await startSimulator({ replay: await recorded(session), ...config });
    await using client = connect(`${simulator.url}?model=gpt-realtime`);
    client.send(update as object);
    expect(await simulator.replayed()).toEqual({ complete: false, mismatches: [] });
  });

  it('tells that it came to its end when a fault closes the connection at the last event', async () => {
    const faults = [{ type: 'close', on: 'response.done' }] as const;
    await using simulator = await startSimulator({ replay: await recorded(session.slice(-3)), faults });
    await using client = connect(`${simulator.url}?model=gpt-realtime`);
    client.send(ask);
    expect(await simulator.replayed()).toEqual({ complete: true, mismatches: [] });
  });

  it.each([
    'openai/tool_call_round',
    'openai/audio_in_server_vad_turn',
    'azure/text_in_audio_out_turn',
    'xai/audio_in_server_vad_turn',
  ])('plays %s to the client that was recorded', async (name) => {
    if (!hasShared) return;
    const file = shared(`fixtures/recordings/${name}.jsonl`);
    const { readFileSync } = await import('node:fs');
    const recording = parseRecording(readFileSync(file, 'utf8'), name);
    await using simulator = await startSimulator({ replay: file });
    await using client = connect(`${simulator.url}?model=gpt-realtime`);
    for (const { dir, event } of recording) if (dir === 'c2s') client.send(event);
    expect(await simulator.replayed()).toEqual({ complete: true, mismatches: [] });
    const said = recording.filter(({ dir }) => dir === 's2c').map(({ event }) => event);
    while (client.events.length < said.length) await client.next(String(said.at(client.events.length)?.type));
    expect(client.events).toEqual(said);
  });

  it.each([
    ['a line that is none', '{"dir":"s2c","ev":{}}\n{"dir":"up","ev":{}}', /^replay: line 2 of x is not \{"dir"/],
    ['a line that is no JSON', '{', /^replay: line 1 of x is not/],
    ['nothing', '\n', /^replay: x is empty$/],
  ])('refuses a recording with %s', (_, text, message) => {
    expect(() => parseRecording(text, 'x')).toThrow(message);
  });

  it('passes over what a recorded call holds beside the wire, and a last line that was cut off', () => {
    const lines = [
      { at: 0, recording: { version: 1 } },
      { at: 3, ...s2c({ type: 'a' }) },
      { at: 3, of: 'e' },
      { at: 4, event: { type: 'b' } },
    ];
    const text = `${lines.map((line) => JSON.stringify(line)).join('\n')}\n{"at":5,"dir":"s2`;
    expect(parseRecording(text, 'x')).toEqual([{ dir: 's2c', event: { type: 'a' }, line: 2 }]);
    expect(() => parseRecording(`${text}\n`, 'x')).toThrow(/^replay: line 5 of x/);
  });

  it('plays to each client what went over the connection of its number, and the last to those that come later', async () => {
    const said = (connection: number, id: string) => ({ connection, ...s2c({ type: 'session.created', event_id: id }) });
    const file = await recorded([said(1, 'one'), { connection: 1, ...c2s(ask) }, said(2, 'two')]);
    await using simulator = await startSimulator({ replay: file });
    for (const id of ['one', 'two', 'two']) {
      await using client = connect(`${simulator.url}?model=gpt-realtime`);
      expect(await client.next('session.created')).toMatchObject({ event_id: id });
    }
    expect(await simulator.replayed(2)).toEqual({ complete: true, mismatches: [] });
  });

  it('refuses a file that is not there', async () => {
    await expect(startSimulator({ replay: '/nowhere.jsonl' })).rejects.toThrow(/^replay: cannot read \/nowhere\.jsonl$/);
  });

  it('has nothing to tell where nothing is replayed', async () => {
    await using simulator = await startSimulator({ voice: 'built-in' });
    await expect(simulator.replayed()).rejects.toThrow(/nothing is replayed/);
  });
});
