import { describe, expect, it } from 'vitest';
import { ask, type Drive, drive, user } from './drive.js';

interface Response {
  readonly id: string;
  readonly status: string;
  readonly conversation_id: string | null;
  readonly output: readonly { readonly id: string; readonly status: string; readonly name: string; readonly arguments: string }[];
  readonly usage: { readonly output_tokens: number; readonly input_token_details: { readonly image_tokens: number } };
}
const done = (session: Drive) => session.last('response.done')?.response as Response;
const text = { output_modalities: ['text'] };
const saidLast = (session: Drive) => session.last('response.output_text.done')?.text;
const errorOf = (session: Drive) => session.last('error')?.error;

describe('response.create', () => {
  it('runs several responses out of band beside the one in the conversation', () => {
    drive({ respond: ({ text: words = '' }) => ({ text: words, delayMs: 100 * Number(words) }) }, (session) => {
      session.send(user('4'), ask(text));
      for (const words of ['3', '1', '2'])
        session.send(ask({ ...text, conversation: 'none', metadata: { words }, input: [user(words).item] }));
      session.wait(1000);
      const ended = session.events.filter(({ type }) => type === 'response.done').map(({ response }) => response);
      expect(ended).toMatchObject([
        { metadata: { words: '1' }, conversation_id: null },
        { metadata: { words: '2' }, conversation_id: null },
        { metadata: { words: '3' }, conversation_id: null },
        { metadata: null, conversation_id: expect.stringMatching(/^conv_/) },
      ]);
      const added = session.events.filter(({ type }) => type === 'conversation.item.added');
      expect(added.length).toBe(2);
    });
  });

  it('reads what it is given in place of the conversation, items of it by reference among them', () => {
    drive({ respond: ({ text: words = 'nothing' }) => ({ text: words }) }, (session) => {
      session.send(user('first', 'a'), user('second', 'b'));
      session.send(ask({ ...text, conversation: 'none', input: [{ type: 'item_reference', id: 'a' }] }));
      expect(saidLast(session)).toBe('first');
      session.send(ask({ ...text, conversation: 'none', input: [] }));
      expect(saidLast(session)).toBe('nothing');
      session.send(ask({ ...text, conversation: 'none', input: [{ type: 'item_reference', id: 'a' }, user('own').item] }));
      expect(saidLast(session)).toBe('own');
    });
  });

  it('counts as input only what it reads', () => {
    drive({}, (session) => {
      session.send(user('x'.repeat(4000), 'a'), user('y', 'b'));
      session.send(ask({ ...text, instructions: '', conversation: 'none', input: [{ type: 'item_reference', id: 'b' }] }));
      expect(done(session).usage).toMatchObject({ input_tokens: 1 });
    });
  });

  const long = 'x'.repeat(513);
  const pairs = Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`k${i}`, 'v']));
  const refused: readonly [string, object, object][] = [
    ['a reference to nothing', { input: [{ type: 'item_reference', id: 'no' }] }, { param: 'response.input[0].id' }],
    [
      'input that is no item',
      { input: [{ type: 'message', role: 'user', content: [{ type: 'text', text: 'x' }] }] },
      { code: 'invalid_value', param: 'response.input[0].content[0].type' },
    ],
    ['more than 16 pairs', { metadata: pairs }, { code: 'object_above_max_properties', param: 'response.metadata' }],
    ['a key of 65 characters', { metadata: { ['k'.repeat(65)]: 'v' } }, { code: 'string_above_max_length' }],
    ['a value of 513 characters', { metadata: { k: long } }, { code: 'string_above_max_length', param: 'response.metadata.k' }],
    ['a value that is no text', { metadata: { k: 1 } }, { code: 'invalid_type', param: 'response.metadata.k' }],
    ['two modalities', { output_modalities: ['text', 'audio'] }, { param: 'response.output_modalities' }],
    ['another conversation', { conversation: 'mine' }, { code: 'invalid_value', param: 'response.conversation' }],
    ['no tokens at all', { max_output_tokens: 0 }, { code: 'integer_below_min_value', param: 'response.max_output_tokens' }],
    ['more tokens than the model has', { max_output_tokens: 5000 }, { code: 'integer_above_max_value' }],
  ];
  it.each(refused)('turns down %s, and makes no response', (_, response, failure) => {
    drive({}, (session) => {
      session.send(ask(response));
      expect(errorOf(session)).toMatchObject(failure);
      expect(session.last('response.created')).toBeUndefined();
    });
  });

  it('takes metadata up to its limits and echoes it', () => {
    const metadata = Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`${i}`.padStart(64, 'k'), 'v'.repeat(512)]));
    drive({}, (session) => {
      session.send(ask({ metadata }));
      expect(session.last('response.created')?.response).toMatchObject({ metadata });
      expect(done(session)).toMatchObject({ metadata });
    });
  });

  it.each([
    ['audio', 'response.output_audio.done'],
    ['text', 'response.output_text.done'],
  ])('ends %s at max_output_tokens as incomplete', (modality, ending) => {
    drive(
      { respond: () => ({ text: 'This is much more than would fit into twenty tokens of anything. '.repeat(4) }) },
      (session) => {
        session.send(user('go'), ask({ output_modalities: [modality], max_output_tokens: 20 }));
        expect(done(session)).toMatchObject({
          status: 'incomplete',
          status_details: { type: 'incomplete', reason: 'max_output_tokens' },
          max_output_tokens: 20,
          output: [{ status: 'incomplete' }],
        });
        expect(done(session).usage.output_tokens).toBeGreaterThan(10);
        expect(done(session).usage.output_tokens).toBeLessThanOrEqual(20);
        expect(session.types()).toContain(ending);
        session.send(ask());
        expect(errorOf(session)).toBeUndefined();
      },
    );
  });

  it('makes several calls in one response, and answers when all have their output', () => {
    const toolCall = [{ name: 'sun', arguments: { place: 'Rome' } }, { name: 'moon' }];
    drive({ script: [{ toolCall, text: 'Both shine.' }] }, (session) => {
      session.send(user('go'), ask(text));
      const calls = session.events.filter(({ type }) => type === 'response.function_call_arguments.done');
      expect(calls.map(({ name, output_index, arguments: given }) => [name, output_index, given])).toEqual([
        ['sun', 0, '{"place":"Rome"}'],
        ['moon', 1, '{}'],
      ]);
      expect(done(session).output.map(({ name, status }) => [name, status])).toEqual([
        ['sun', 'completed'],
        ['moon', 'completed'],
      ]);
      for (const { call_id } of calls)
        session.send({ type: 'conversation.item.create', item: { type: 'function_call_output', call_id, output: 'yes' } });
      session.send(ask(text));
      expect(saidLast(session)).toBe('Both shine.');
    });
  });

  it('makes one call at a time where parallel ones are off', () => {
    drive({ script: [{ toolCall: [{ name: 'sun' }, { name: 'moon' }] }] }, (session) => {
      session.send(user('go'), ask({ ...text, parallel_tool_calls: false }));
      expect(done(session).output.map(({ name }) => name)).toEqual(['sun']);
    });
  });

  it('takes images and counts their tokens', () => {
    const image = (image_url: string) => ({
      type: 'conversation.item.create',
      item: { type: 'message', role: 'user', content: [{ type: 'input_image', image_url, detail: 'low' }] },
    });
    drive({}, (session) => {
      session.send(image('https://example.com/cat.png'));
      expect(errorOf(session)).toMatchObject({ code: 'invalid_value', param: 'item.content[0].image_url' });
      session.send(image('data:image/png;base64,iVBORw0KGgo='), ask(text));
      expect(done(session).usage.input_token_details.image_tokens).toBe(85);
    });
  });

  it('ends the session when its time is over', () => {
    drive({ lifeMs: 5000, pace: 'realtime', script: ['A long answer that takes its time to be said.'] }, (session) => {
      session.wait(4000);
      session.send(user('go'), ask());
      session.wait(999);
      expect(session.ended).toBe(false);
      session.wait(10_000);
      expect(session.events.at(-1)).toMatchObject({ type: 'error', at: 5000, error: { code: 'session_expired' } });
      expect(session.ended).toBe(true);
    });
  });
});
