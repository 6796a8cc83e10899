import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { decodeClientEvent, decodeServerEvent } from '../../src/wire/decode.js';

const decode = (message: unknown) => decodeServerEvent(JSON.stringify(message));
const delta = { response_id: 'r', item_id: 'i', output_index: 0, content_index: 0, delta: 'Hello' };

describe('decodeServerEvent', () => {
  it('lets unknown fields pass', () => {
    const event = { type: 'response.output_text.delta', ...delta, later: { deep: [1] } };
    expect(decode(event)).toEqual(E.right(event));
  });

  it('takes an event without event_id', () => {
    expect(E.isRight(decode({ type: 'input_audio_buffer.cleared' }))).toBe(true);
  });

  it('calls an event that nobody knows unknown, by its own type', () => {
    expect(decode({ type: 'response.sung' })).toEqual(E.left({ kind: 'unknown', eventType: 'response.sung', paths: [] }));
  });

  it('calls an object without a type unknown', () => {
    expect(decode({ serverContent: {} })).toEqual(E.left({ kind: 'unknown', eventType: '', paths: [] }));
  });

  it('names the one place of a wrong value that stands deep', () => {
    const event = { type: 'response.done', response: { id: 'r', usage: { total_tokens: 'many' } } };
    expect(decode(event)).toEqual(
      E.left({ kind: 'malformed', eventType: 'response.done', paths: ['response.usage.total_tokens'] }),
    );
  });

  it.each([
    ['a list', { type: 'rate_limits.updated', rate_limits: [{}, { limit: 'x' }] }, ['rate_limits.1.limit']],
    ['a missing field', { type: 'response.output_text.delta', ...delta, item_id: undefined }, ['item_id']],
    ['several fields', { type: 'response.output_text.delta', ...delta, item_id: 1, delta: null }, ['item_id', 'delta']],
    ['an item', { type: 'conversation.item.added', item: { type: 'message', role: 5 } }, ['item.role']],
    ['an item without type', { type: 'conversation.item.added', item: { role: 'user' } }, ['item.type']],
    [
      'a part of an item',
      { type: 'conversation.item.added', item: { type: 'message', role: 'user', content: [{ text: 1 }] } },
      ['item.content.0.text'],
    ],
    ['no object', { type: 'response.done', response: 'none' }, ['response']],
    [
      'a reason',
      { type: 'response.done', response: { status_details: { error: { code: 7 } } } },
      ['response.status_details.error.code'],
    ],
    ['a number in an audio delta', { type: 'response.output_audio.delta', ...delta, delta: 123 }, ['delta']],
    [
      'a tagged union',
      {
        type: 'conversation.item.input_audio_transcription.completed',
        item_id: 'i',
        content_index: 0,
        transcript: '',
        usage: { type: 'duration', seconds: '1' },
      },
      ['usage.seconds'],
    ],
  ])('names the place in %s', (_, event, paths) => {
    expect(decode(event)).toEqual(E.left({ kind: 'malformed', eventType: event.type, paths }));
  });

  it('never names the keys of a dictionary, which are words of the sender', () => {
    const event = { type: 'response.done', response: { metadata: { 'call me on 555 0100': 5 } } };
    expect(decode(event)).toMatchObject({ left: { paths: ['response.metadata.*'] } });
  });

  it('names at most 20 places', () => {
    const event = { type: 'rate_limits.updated', rate_limits: Array.from({ length: 1000 }, () => 'x') };
    expect(decode(event)).toMatchObject({ left: { paths: { length: 20 } } });
  });

  it('keeps a response whose output has an item of a later type', () => {
    const response = { id: 'r', status: 'completed', output: [{ type: 'hologram', id: 'i', shape: 'cube' }] };
    const event = { type: 'response.done', response };
    expect(decode(event)).toEqual(E.right(event));
  });

  it('keeps a response of a status and reason that came later', () => {
    const event = { type: 'response.done', response: { status: 'paused', status_details: { reason: 'lunch' } } };
    expect(decode(event)).toEqual(E.right(event));
  });

  it.each([
    ['text that is not JSON', '{"type":', ['(not JSON)']],
    ['nothing', '', ['(not JSON)']],
    ['null', 'null', ['(not an object)']],
    ['a list', '[{"type":"error"}]', ['(not an object)']],
    ['a number', '1', ['(not an object)']],
    ['a type that is a number', '{"type":1}', ['type']],
  ])('calls %s malformed', (_, text, paths) => {
    expect(decodeServerEvent(text)).toEqual(E.left({ kind: 'malformed', eventType: '', paths }));
  });

  it('cuts a type that is longer than any name', () => {
    expect(decode({ type: 'x'.repeat(100_000) })).toMatchObject({ left: { eventType: 'x'.repeat(100) } });
  });

  it('survives deep nesting', () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    expect(E.isLeft(decodeServerEvent(deep))).toBe(true);
    expect(E.isRight(decodeServerEvent(`{"type":"input_audio_buffer.cleared","x":${deep}}`))).toBe(true);
  });

  it('survives megabytes', () => {
    const long = 'A'.repeat(20_000_000);
    expect(E.isLeft(decodeServerEvent(long))).toBe(true);
    expect(E.isLeft(decodeServerEvent(`{"event_id":"${long}`))).toBe(true);
    expect(E.isLeft(decodeServerEvent(`{"type":"response.output_audio.delta","event_id":"e","delta":"${long}`))).toBe(true);
    expect(E.isRight(decode({ type: 'response.output_audio.delta', ...delta, delta: long }))).toBe(true);
  });

  it.each(['{"__proto__":{"type":"error"}}', '{"type":"__proto__"}', '{"type":"constructor"}'])(
    'takes no type from a prototype: %s',
    (text) => {
      expect(decodeServerEvent(text)).toMatchObject({ left: { kind: 'unknown' } });
    },
  );

  it('pollutes no prototype', () => {
    decodeServerEvent('{"type":"input_audio_buffer.cleared","__proto__":{"polluted":true}}');
    decodeServerEvent(
      '{"type":"transcription_session.created","session":{"__proto__":{"polluted":true}},"__proto__":{"polluted":true}}',
    );
    expect('polluted' in {}).toBe(false);
  });
});

describe('decodeClientEvent', () => {
  it('reads a command', () => {
    const event = { type: 'response.cancel', response_id: 'r' };
    expect(decodeClientEvent(JSON.stringify(event))).toEqual(E.right(event));
  });

  it('does not know what only a service says', () => {
    expect(decodeClientEvent('{"type":"response.done","response":{}}')).toMatchObject({ left: { kind: 'unknown' } });
  });

  it('names the place of a wrong value', () => {
    const event = {
      type: 'response.create',
      response: { input: [{ type: 'item_reference' }, { type: 'message', role: 'user', content: 1 }] },
    };
    expect(decodeClientEvent(JSON.stringify(event))).toMatchObject({
      left: { kind: 'malformed', paths: ['response.input.0.id', 'response.input.1.content'] },
    });
  });

  it('takes a reference to an item in place of the item', () => {
    const event = { type: 'response.create', response: { input: [{ type: 'item_reference', id: 'item_1' }], tools: [] } };
    expect(decodeClientEvent(JSON.stringify(event))).toEqual(E.right(event));
  });
});
