import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { decodeClientEvent, decodeServerEvent } from '../../src/wire/decode.js';
import { gaName } from '../../src/wire/legacy.js';

describe('gaName', () => {
  it.each([
    ['response.audio.delta', 'response.output_audio.delta'],
    ['response.audio.done', 'response.output_audio.done'],
    ['response.audio_transcript.delta', 'response.output_audio_transcript.delta'],
    ['response.audio_transcript.done', 'response.output_audio_transcript.done'],
    ['response.text.delta', 'response.output_text.delta'],
    ['response.text.done', 'response.output_text.done'],
    ['transcription_session.created', 'session.created'],
    ['transcription_session.updated', 'session.updated'],
    ['transcription_session.update', 'session.update'],
  ])('renames the beta name %s', (beta, ga) => {
    expect(gaName(beta)).toBe(ga);
  });

  it.each(['conversation.item.created', 'conversation.item.added', 'response.done', 'no.such.event', '__proto__'])(
    'leaves %s as it is',
    (name) => {
      expect(gaName(name)).toBe(name);
    },
  );
});

describe('beta names on the way in', () => {
  it('change the type of a server event and nothing else', () => {
    const event = {
      type: 'response.text.done',
      event_id: 'e',
      response_id: 'r',
      item_id: 'i',
      output_index: 0,
      content_index: 0,
      text: 'Hi',
    };
    expect(decodeServerEvent(JSON.stringify(event))).toEqual(E.right({ ...event, type: 'response.output_text.done' }));
  });

  it('change the type of a client event and nothing else', () => {
    const event = { type: 'transcription_session.update', session: { input_audio_format: 'pcm16' } };
    expect(decodeClientEvent(JSON.stringify(event))).toEqual(E.right({ ...event, type: 'session.update' }));
  });

  it('stay in diagnostics as the peer wrote them', () => {
    expect(decodeServerEvent('{"type":"response.text.done"}')).toMatchObject({
      left: { kind: 'malformed', eventType: 'response.text.done' },
    });
  });
});
