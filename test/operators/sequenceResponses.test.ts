import { describe, expect, it } from 'vitest';
import { sequenceResponses } from '../../operators/sequenceResponses.js';
import type { Command, VoiceEvent } from '../../src/events.js';
import { initialState, sessionState } from '../../src/state/session-state.js';
import type { ServerEvent } from '../../src/wire/server-event.js';

const create: Command = { type: 'response.create', event_id: 'one' };
const aside: Command = { type: 'response.create', response: { conversation: 'none' } };
const created = (conversation_id: string | null): ServerEvent => ({
  type: 'response.created',
  event_id: 'e',
  response: { id: 'resp_1', status: 'in_progress', conversation_id },
});
const done: ServerEvent = { type: 'response.done', event_id: 'e', response: { id: 'resp_1', status: 'completed' } };
const refused: ServerEvent = {
  type: 'error',
  event_id: 'e',
  error: { type: 'invalid_request_error', code: 'invalid_value', message: 'no', event_id: 'one' },
};
const verdict = (command: Command, ...before: readonly (Command | VoiceEvent)[]) =>
  sequenceResponses(before.reduce(sessionState, initialState), command);

describe('sequenceResponses', () => {
  it('sends the first response.create', () => expect(verdict(create)).toBe('send'));
  it('holds the next until it is known what became of the first', () => expect(verdict(create, create)).toBe('hold'));
  it('holds while a response is open', () => expect(verdict(create, create, created('conv_1'))).toBe('hold'));
  it('holds while a response is open that the service began by itself', () =>
    expect(verdict(create, created('conv_1'))).toBe('hold'));
  it('sends when the response is done', () => expect(verdict(create, create, created('conv_1'), done)).toBe('send'));
  it('sends when the first was refused', () => expect(verdict(create, create, refused)).toBe('send'));
  it('lets out-of-band responses pass, and is not held by them', () => {
    expect(verdict(aside, create, created('conv_1'))).toBe('send');
    expect(verdict(create, aside, created(null))).toBe('send');
  });
  it('leaves all other commands alone', () => {
    expect(verdict({ type: 'input_audio_buffer.commit' }, create, created('conv_1'))).toBe('send');
  });
});
