import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { AudioDelta, readAudioDelta } from '../../src/wire/audio-delta.js';
import { gaName } from '../../src/wire/legacy.js';

/** What the codec makes of it, without the fast path. */
const byCodec = (text: string): AudioDelta | undefined => {
  try {
    const message = JSON.parse(text) as { readonly type: string };
    const event = AudioDelta.decode({ ...message, type: gaName(message.type) });
    return E.isRight(event) ? event.right : undefined;
  } catch {
    return undefined;
  }
};

const ga = {
  type: 'response.output_audio.delta',
  event_id: 'event_1',
  response_id: 'resp_1',
  item_id: 'item_1',
  output_index: 0,
  content_index: 0,
  delta: 'AAEC',
};
const { type, event_id, ...place } = ga;
const { delta, ...ids } = place;

describe('readAudioDelta', () => {
  it.each([
    ['as GA writes it', ga],
    ['without audio', { ...ga, delta: '' }],
    ['with the event id first', { event_id, type, ...place }],
    ['of another place', { ...ga, output_index: 3, content_index: 1 }],
    ['with keys after the audio', { type, delta, ...ids, event_id }],
    ['without event id', { type, ...place }],
    ['with unknown fields', { ...ga, rid: 'x', latency: '0.68', ts: 1785214083561, previous_item_id: null }],
    ['of large indices', { ...ga, output_index: 12, content_index: 345 }],
  ])('reads an event %s', (_, event) => {
    expect(readAudioDelta(JSON.stringify(event))).toStrictEqual(event);
  });

  it.each([
    ['with the type first', { ...ga, type: 'response.audio.delta' }],
    ['with the event id first', { event_id, type: 'response.audio.delta', ...place }],
    ['without event id', { type: 'response.audio.delta', ...place }],
  ])('gives a beta event %s its GA name', (_, event) => {
    expect(readAudioDelta(JSON.stringify(event))).toStrictEqual({ ...event, type: 'response.output_audio.delta' });
  });

  it.each([
    ['another event', { ...ga, type: 'response.output_audio.done' }],
    ['an escape in an id', { ...ga, item_id: 'a"b' }],
    ['an escape in the audio', { ...ga, delta: 'AAE\n' }],
    ['audio that is not base64', { ...ga, delta: 'A' }],
    ['a nested value', { ...ga, later: {} }],
    ['a wrong type', { ...ga, output_index: '0' }],
    ['a wrong type of an optional field', { ...ga, previous_item_id: 7 }],
    ['a missing field', { ...ga, response_id: undefined }],
    ['a type further back', { delta, ...ids, event_id, type }],
  ])('leaves %s to the codec', (_, event) => {
    expect(readAudioDelta(JSON.stringify(event))).toBeUndefined();
  });

  it.each([
    ['spaces', JSON.stringify(ga, undefined, 1)],
    ['a space at the end', `${JSON.stringify(ga)} `],
    ['a key twice', JSON.stringify(ga).replace('}', ',"delta":"AAEC"}')],
    ['a type twice', JSON.stringify(ga).replace('}', ',"type":"error"}')],
    ['a number with a fraction', JSON.stringify(ga).replace(':0,', ':0.0,')],
    ['a number with a leading zero', JSON.stringify(ga).replace(':0,', ':00,')],
    ['a prototype', JSON.stringify(ga).replace('}', ',"__proto__":null}')],
    ['a raw control character', JSON.stringify(ga).replace('item_1', 'item\t1')],
    ['a raw control character in the audio', JSON.stringify(ga).replace('AAEC', 'AA\tC')],
    ['a brace in place of a comma', JSON.stringify({ type, delta, ...ids }).replace(',"item_id"', '{"item_id"')],
    ['something behind it', `${JSON.stringify(ga)}{}`],
  ])('leaves %s to the codec', (_, text) => {
    expect(readAudioDelta(text)).toBeUndefined();
  });

  const word = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('a"b', 'a\\b', 'é', '\u2028', 'item_1', ''));
  const index = fc.oneof(fc.nat(9), fc.nat(), fc.constantFrom(-1, 0.5, 1e21, '0', null));
  const audio = fc.oneof(
    fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('base64')),
    fc.base64String(),
    fc.string(),
  );
  const fields = fc.record(
    { event_id: word, response_id: word, item_id: word, output_index: index, content_index: index, delta: audio },
    { requiredKeys: ['response_id', 'item_id', 'output_index', 'content_index', 'delta'] },
  );
  const extras = fc.dictionary(
    fc.oneof(fc.stringMatching(/^[a-z_]+$/), fc.constantFrom('__proto__', 'type', 'delta', 'previous_item_id', 'constructor')),
    fc.oneof(word, index, fc.boolean(), fc.jsonValue()),
    { maxKeys: 3 },
  );
  const name = fc.constantFrom('response.output_audio.delta', 'response.audio.delta', 'response.output_audio.done');

  /** Messages that are almost right: shuffled, with escapes, odd numbers, keys twice, spaces, cut off. */
  const message = fc
    .record({
      name,
      fields,
      extras: fc.oneof(fc.constant({}), extras),
      order: fc.infiniteStream(fc.nat()),
      shuffled: fc.boolean(),
      idFirst: fc.boolean(),
    })
    .map(({ name, fields, extras, order, shuffled, idFirst }) => {
      const { event_id: id, ...others } = fields;
      const known = Object.entries(shuffled ? fields : others);
      const rest = [...known, ...Object.entries(extras)].map((entry) => [entry, shuffled ? order.next().value : 0] as const);
      const sorted = rest.sort((a, b) => a[1] - b[1]).map(([entry]) => entry);
      const head: [string, unknown][] = [['type', name]];
      const event: [string, unknown][] = shuffled || id === undefined ? [] : [['event_id', id]];
      const entries = [...(idFirst ? [...event, ...head] : [...head, ...event]), ...sorted];
      return `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`;
    });

  /** Cut off, or with a wrong character at a place where it may matter: beside punctuation. */
  const damaged = fc
    .tuple(
      message,
      fc.nat(),
      fc.constantFrom('cut', 'insert', 'replace'),
      fc.constantFrom(' ', '"', '\\', '\n', '\u0000', ',', ':', '{', '}', '[', '0', 'e5', '-', '.', 'null'),
    )
    .map(([text, at, how, what]) => {
      const places = [...text.matchAll(/[^\w+/=]/g)].map(({ index }) => index);
      const place = places[at % places.length] ?? 0;
      return text.slice(0, place) + (how === 'cut' ? '' : what + text.slice(how === 'replace' ? place + 1 : place));
    });

  it('reads nothing other than the codec reads', () => {
    let read = 0;
    fc.assert(
      fc.property(fc.oneof(message, damaged), (text) => {
        const event = readAudioDelta(text);
        if (event === undefined) return;
        read++;
        expect(event).toStrictEqual(byCodec(text));
      }),
      { numRuns: 6000 },
    );
    expect(read).toBeGreaterThan(100);
  });

  it('reads every event that is plain', () => {
    const plain = fc.stringMatching(/^[A-Za-z0-9_-]{0,40}$/);
    const bytes = fc.uint8Array({ maxLength: 3000 }).map((pcm) => Buffer.from(pcm).toString('base64'));
    const event = fc.record(
      {
        type: fc.constant('response.output_audio.delta'),
        event_id: plain,
        response_id: plain,
        item_id: plain,
        output_index: fc.nat(999),
        content_index: fc.nat(999),
        delta: bytes,
      },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(event, (plainEvent) => {
        expect(readAudioDelta(JSON.stringify(plainEvent))).toStrictEqual(plainEvent);
      }),
    );
  });

  it.each([
    ['item_1', 'item_2'],
    ['item.1', 'item_1'],
    ['item_1?', 'item_1'],
    ['(item_1)', 'item_1'],
    ['a{2}', 'aa'],
    ['[ab]', 'b'],
    ['b*', ''],
  ])('takes the item %j and then %j for what they are', (...items) => {
    for (const item of items) {
      const event = { ...ga, item_id: item };
      expect(readAudioDelta(JSON.stringify(event))).toStrictEqual(event);
    }
  });
});
