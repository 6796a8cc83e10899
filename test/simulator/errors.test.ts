import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../src/simulator/index.js';
import { type Client, connect } from './connect.js';
import { quiet, speech } from './sound.js';

const user = (text: string, id?: string) => ({
  type: 'conversation.item.create',
  item: { ...(id ? { id } : {}), type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
});

describe('simulator errors', () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator({ voice: 'built-in', pace: 'realtime', script: ['A rather long answer, to be cut off.'] });
  });
  afterAll(() => simulator.close());

  const errorAfter = async (client: Client, ...messages: (object | string | Buffer)[]) => {
    for (const message of messages) {
      if (typeof message === 'string' || Buffer.isBuffer(message)) client.sendRaw(message);
      else client.send(message);
    }
    return (await client.next('error')).error as Record<string, unknown>;
  };

  const cases: readonly [string, (object | string | Buffer)[], object][] = [
    ['text that is no JSON', ['{'], { code: 'invalid_json', param: null }],
    ['JSON that is no object', ['[1]'], { code: 'invalid_event' }],
    ['a binary frame', [Buffer.from([1, 2, 3])], { code: 'invalid_event', param: null }],
    ['an event without a type', [{ event_id: 'e1' }], { code: 'missing_required_parameter', param: 'type', event_id: 'e1' }],
    ['an unknown event', [{ type: 'nope' }], { code: 'invalid_value', param: 'type', event_id: null }],
    ['a missing parameter', [{ type: 'conversation.item.delete' }], { code: 'missing_required_parameter', param: 'item_id' }],
    [
      'a parameter of the wrong type',
      [{ type: 'input_audio_buffer.append', audio: 1 }],
      { code: 'invalid_type', param: 'audio' },
    ],
    ['audio that is no base64', [{ type: 'input_audio_buffer.append', audio: '***' }], { code: 'invalid_value', param: 'audio' }],
    [
      'a commit without audio',
      [{ type: 'input_audio_buffer.commit', event_id: 'mine' }],
      { code: 'input_audio_buffer_commit_empty', event_id: 'mine', type: 'invalid_request_error' },
    ],
    [
      'a commit of less than 100 ms',
      [{ type: 'input_audio_buffer.append', audio: quiet(99) }, { type: 'input_audio_buffer.commit' }],
      {
        code: 'input_audio_buffer_commit_empty',
        message:
          'Error committing input audio buffer: buffer too small. Expected at least 100ms of audio, but buffer only has 99.00ms of audio.',
      },
    ],
    [
      'a commit after a clear',
      [
        { type: 'input_audio_buffer.append', audio: quiet(500) },
        { type: 'input_audio_buffer.clear' },
        { type: 'input_audio_buffer.commit' },
      ],
      { code: 'input_audio_buffer_commit_empty' },
    ],
    [
      'an update without session.type',
      [{ type: 'session.update', session: { instructions: 'x' } }],
      { code: 'missing_required_parameter', param: 'session.type', message: "Missing required parameter: 'session.type'." },
    ],
    [
      'an unknown setting',
      [{ type: 'session.update', session: { type: 'realtime', bogus_field: 1 } }],
      { code: 'unknown_parameter', param: 'session.bogus_field', message: "Unknown parameter: 'session.bogus_field'." },
    ],
    ['a cancel without a response', [{ type: 'response.cancel' }], { code: 'response_cancel_not_active' }],
    [
      'an item without a type',
      [{ type: 'conversation.item.create', item: {} }],
      { code: 'missing_required_parameter', param: 'item.type' },
    ],
    [
      'content that the role may not have',
      [{ type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [{ type: 'text', text: 'x' }] } }],
      { code: 'invalid_value', param: 'item.content[0].type' },
    ],
    ['an id that is taken', [user('a', 'twice'), user('b', 'twice')], { code: 'item_create_duplicate_item_id' }],
    ['an id of more than 32 characters', [user('a', 'x'.repeat(33))], { code: 'string_above_max_length', param: 'item.id' }],
    [
      'a place behind nothing',
      [{ ...user('a'), previous_item_id: 'item_none' }],
      { code: 'item_create_invalid_previous_item_id' },
    ],
    [
      'the output of a call that nobody made',
      [{ type: 'conversation.item.create', item: { type: 'function_call_output', call_id: 'call_none', output: '1' } }],
      { code: 'invalid_tool_call_id' },
    ],
    ['deleting nothing', [{ type: 'conversation.item.delete', item_id: 'yo' }], { code: 'item_delete_invalid_item_id' }],
    ['retrieving nothing', [{ type: 'conversation.item.retrieve', item_id: 'yo' }], { code: 'item_retrieve_invalid_item_id' }],
    [
      'truncating nothing',
      [{ type: 'conversation.item.truncate', item_id: 'yo', content_index: 0, audio_end_ms: 0 }],
      { code: 'item_truncate_invalid_item_id' },
    ],
    [
      'truncating what has no audio of the model',
      [user('a', 'mine'), { type: 'conversation.item.truncate', item_id: 'mine', content_index: 0, audio_end_ms: 0 }],
      { code: 'unsupported_content_type', message: 'Only model output audio messages can be truncated' },
    ],
    [
      'an unknown response setting',
      [{ type: 'response.create', response: { nope: 1 } }],
      { code: 'unknown_parameter', param: 'response.nope' },
    ],
    [
      'a response setting of the wrong type',
      [{ type: 'response.create', response: { instructions: 7 } }],
      { code: 'invalid_type', param: 'response.instructions' },
    ],
    [
      'a setting of the wrong type',
      [{ type: 'session.update', session: { type: 'realtime', audio: { output: { speed: 'fast' } } } }],
      { code: 'invalid_type', param: 'session.audio.output.speed' },
    ],
    [
      'a second response',
      [user('hello'), { type: 'response.create' }, { type: 'response.create', event_id: 'second' }],
      { code: 'conversation_already_has_active_response', event_id: 'second' },
    ],
  ];

  for (const [what, messages, error] of cases) {
    it(`answers ${what} and goes on`, async () => {
      await using client = connect(`${simulator.url}?model=gpt-realtime`);
      expect(await errorAfter(client, ...messages)).toMatchObject(error);
      client.send({ type: 'conversation.item.create', item: { type: 'message', role: 'system', content: [] } });
      await client.next('conversation.item.done');
    });
  }

  it('names the supported events to one who sends another', async () => {
    await using client = connect(`${simulator.url}?model=gpt-realtime`);
    const { message } = await errorAfter(client, { type: 'nope' });
    expect(message).toMatch(
      /^Invalid value: 'nope'\. Supported values are: 'session\.update', .*'response\.create', and 'response\.cancel'\.$/,
    );
  });

  it('turns down truncation past the end, and before the first audio', async () => {
    await using client = connect(`${simulator.url}?model=gpt-realtime`);
    client.send(user('hello'), { type: 'response.create' });
    const { item } = (await client.next('response.output_item.added')) as unknown as { item: { id: string } };
    const truncate = (audio_end_ms: number) => ({
      type: 'conversation.item.truncate',
      item_id: item.id,
      content_index: 0,
      audio_end_ms,
    });
    expect(await errorAfter(client, truncate(0))).toMatchObject({ code: 'unsupported_content_type' });
    await client.next('response.output_audio.delta');
    client.send({ type: 'response.cancel' });
    await client.next('response.done');
    expect(await errorAfter(client, truncate(60000))).toMatchObject({
      message: expect.stringMatching(/^Audio content of \d+ms is already shorter than 60000ms$/),
    });
    client.send(truncate(100));
    expect(await client.next('conversation.item.truncated')).toMatchObject({
      item_id: item.id,
      content_index: 0,
      audio_end_ms: 100,
    });
    client.send({ type: 'conversation.item.retrieve', item_id: item.id });
    expect((await client.next('conversation.item.retrieved')).item).toMatchObject({ content: [{ type: 'output_audio' }] });
  });

  it('keeps the voice once the assistant has spoken, and loses nothing else', async () => {
    await using client = connect(`${simulator.url}?model=gpt-realtime`);
    client.send(user('hello'), { type: 'response.create' });
    await client.next('response.output_audio.delta');
    client.send({ type: 'response.cancel' });
    await client.next('response.done');
    const update = { type: 'realtime', instructions: 'Be brief.', audio: { output: { voice: 'cedar' } } };
    expect(await errorAfter(client, { type: 'session.update', session: update })).toMatchObject({ code: 'cannot_update_voice' });
    client.send({ type: 'session.update', session: { type: 'realtime' } });
    const { session } = await client.next('session.updated');
    expect(session).toMatchObject({ instructions: expect.not.stringMatching('Be brief'), audio: { output: { voice: 'alloy' } } });
  });

  it('ends a response that its brain fails to answer as failed, without an error event', async () => {
    await using failing = await startSimulator({
      voice: 'built-in',
      pace: 'instant',
      respond: () => {
        throw new Error('out of words');
      },
    });
    await using client = connect(`${failing.url}?model=gpt-realtime`);
    client.send({ type: 'response.create' });
    expect((await client.next('response.done')).response).toMatchObject({
      status: 'failed',
      output: [],
      status_details: { type: 'failed', error: { code: 'server_error', message: 'out of words' } },
    });
    expect(client.events.map(({ type }) => type)).not.toContain('error');
  });

  it('makes no response in a transcription session', async () => {
    await using client = connect(`${simulator.url}?intent=transcription`);
    expect((await client.next('session.created')).session).toMatchObject({
      type: 'transcription',
      object: 'realtime.transcription_session',
    });
    for (const audio of [speech(500), quiet(600)]) client.send({ type: 'input_audio_buffer.append', audio });
    await client.next('conversation.item.done');
    expect(await errorAfter(client, { type: 'response.create' })).toMatchObject({ code: 'invalid_event' });
    expect(client.events.map(({ type }) => type)).not.toContain('response.created');
  });
});
