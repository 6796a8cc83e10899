import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { readRequest } from '../../src/simulator/client-request.js';

const append = (audio: string) => ({ type: 'input_audio_buffer.append', audio });

describe('readRequest', () => {
  it('reads audio as JSON.parse would, however it is written', () => {
    fc.assert(
      fc.property(fc.oneof(fc.base64String(), fc.string({ unit: 'binary' })), fc.constantFrom(0, 1), (audio, indent) => {
        const text = JSON.stringify(append(audio), null, indent);
        expect(readRequest(text)).toEqual(E.right(append(audio)));
      }),
    );
  });

  it.each([
    '{"type":"input_audio_buffer.append","audio":"AAAA","event_id":"mine"}',
    '{"event_id":"mine","type":"input_audio_buffer.append","audio":"AAAA"}',
    '{"type":"input_audio_buffer.append","audio":"AA\\/A"}',
    '{"type":"input_audio_buffer.append","audio":"\\u0041AAA"}',
    '{"type":"input_audio_buffer.append","audio":"AAAA"} ',
    '{"type":"input_audio_buffer.append","audio":""}',
  ])('reads %s as JSON.parse would', (text) => {
    expect(readRequest(text)).toEqual(E.right(JSON.parse(text)));
  });

  it.each([
    ['{"type":"input_audio_buffer.append","audio":"AAAA', 'invalid_json'],
    ['{"type":"input_audio_buffer.append","audio":"AAAA"', 'invalid_json'],
    ['{"type":"input_audio_buffer.append","audio":"AA"AA"}', 'invalid_json'],
    ['{"type":"input_audio_buffer.append","audio":"}', 'invalid_json'],
    ['{"type":"input_audio_buffer.append","audio":7}', 'invalid_type'],
    ['{"type":"input_audio_buffer.append"}', 'missing_required_parameter'],
  ])('refuses %s', (text, code) => {
    expect(readRequest(text)).toMatchObject({ left: { failure: { code } } });
  });
});
