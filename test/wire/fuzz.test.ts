import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { type DecodeFailed, decodeClientEvent, decodeServerEvent } from '../../src/wire/decode.js';
import { gaName } from '../../src/wire/legacy.js';

const SECRET = 'the caller said this';

const typed = fc.constantFrom(
  'session.created',
  'conversation.item.added',
  'response.done',
  'response.output_audio.delta',
  'response.text.delta',
  'rate_limits.updated',
  'error',
  'response.create',
  'session.update',
  'conversation.item.input_audio_transcription.completed',
  'input_audio_buffer.cleared',
  'input_audio_buffer.clear',
);

const field = fc.constantFrom(
  'type',
  'item',
  'response',
  'session',
  'error',
  'usage',
  'output',
  'content',
  'id',
  'role',
  'delta',
  'item_id',
  'audio',
  'input',
  'tools',
  'metadata',
  'rate_limits',
  'status_details',
  'headers',
  'turn_detection',
  '__proto__',
  'toString',
  'hasOwnProperty',
  SECRET,
);

/** JSON full of the names that the codecs look for, all of its words secret. */
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.constantFrom<unknown>(SECRET, 1, null, true, 'message', 'function_call', 'realtime', 'mcp', [], {}),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(field, tie('value')), { maxLength: 5 }).map((entries) => Object.fromEntries(entries)),
  ),
}));

const message = fc
  .tuple(typed, fc.array(fc.tuple(field, value), { maxLength: 6 }))
  .map(([type, entries]) => JSON.stringify({ ...Object.fromEntries(entries), type }));

const anything = fc.oneof(
  message,
  message,
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.json(),
  value.map((json) => JSON.stringify(json)),
);

describe.each<[string, (text: string) => E.Either<DecodeFailed, object>]>([
  ['decodeServerEvent', decodeServerEvent],
  ['decodeClientEvent', decodeClientEvent],
])('%s', (_, decode) => {
  it('never throws, and names no values', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(anything, (text) => {
        const event = decode(text);
        if (E.isRight(event)) return void seen.add('event');
        seen.add(event.left.kind);
        for (const path of event.left.paths) {
          expect(path).toMatch(/^(?:\(not JSON\)|\(not an object\)|[a-z0-9_]+(?:\.(?:[a-z0-9_]+|\*))*)$/);
          expect(path).not.toContain(SECRET);
        }
      }),
      { numRuns: 3000 },
    );
    expect([...seen].sort()).toEqual(['event', 'malformed', 'unknown']);
  });

  it('changes nothing in what it takes but the name', () => {
    let taken = 0;
    fc.assert(
      fc.property(message, (text) => {
        const event = decode(text);
        if (E.isLeft(event)) return;
        taken++;
        const json = JSON.parse(text) as { readonly type: string };
        expect(JSON.parse(JSON.stringify(event.right))).toEqual({ ...json, type: gaName(json.type) });
      }),
      { numRuns: 3000 },
    );
    expect(taken).toBeGreaterThan(50);
  });

  it('never throws on a message cut off anywhere', () => {
    fc.assert(
      fc.property(message, fc.nat(), (text, at) => {
        decode(text.slice(0, at % text.length));
      }),
    );
  });
});
