import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toBase64 } from '../../src/wire/base64.js';
import type { ClientEvent } from '../../src/wire/client-event.js';
import { encodeClientEvent, encodeServerEvent } from '../../src/wire/encode.js';

const append = (audio: string, more: object = {}): ClientEvent => ({ type: 'input_audio_buffer.append', audio, ...more });

describe('encodeClientEvent', () => {
  it('writes audio as JSON would', () => {
    fc.assert(
      fc.property(fc.int16Array(), (samples) => {
        const event = append(toBase64(samples));
        expect(encodeClientEvent(event)).toBe(JSON.stringify(event));
      }),
    );
  });

  it('writes whatever stands in place of audio as JSON would', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String()), (text) => {
        expect(encodeClientEvent(append(text))).toBe(JSON.stringify(append(text)));
      }),
    );
  });

  it.each(['"AA=', 'A\\AA', 'AA\nA', 'AAA\u0000'])('escapes %j', (text) => {
    expect(JSON.parse(encodeClientEvent(append(text)))).toEqual(append(text));
  });

  it('writes the fields beside the audio', () => {
    const event = append('AAEC', { event_id: 'e', later: true });
    expect(JSON.parse(encodeClientEvent(event))).toEqual(event);
  });

  it('writes any other command as JSON', () => {
    const event: ClientEvent = { type: 'session.update', session: { type: 'realtime', instructions: 'Be "brief"' } };
    expect(encodeClientEvent(event)).toBe(JSON.stringify(event));
  });
});

describe('encodeServerEvent', () => {
  it('writes an event as JSON', () => {
    const event = { type: 'input_audio_buffer.cleared', event_id: 'e' } as const;
    expect(encodeServerEvent(event)).toBe('{"type":"input_audio_buffer.cleared","event_id":"e"}');
  });
});
