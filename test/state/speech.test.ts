import { describe, expect, it } from 'vitest';
import type { Command, VoiceEvent } from '../../src/events.js';
import { initialState, type SessionState, sessionState } from '../../src/state/session-state.js';

const fold = (...entries: readonly (Command | VoiceEvent)[]): SessionState => entries.reduce(sessionState, initialState);
const isDue = (...entries: readonly (Command | VoiceEvent)[]): boolean => fold(...entries).speech.isDue;

const speaks: VoiceEvent = { type: 'speech.started', position: 0 };
const stops: VoiceEvent = { type: 'speech.stopped', position: 0, durationMs: 100 };
const commit: Command = { type: 'input_audio_buffer.commit' };
const committed: VoiceEvent = { type: 'input_audio_buffer.committed', event_id: 'e', item_id: 'turn' };
const begun = (conversation_id: string | null): VoiceEvent => ({
  type: 'response.created',
  event_id: 'e',
  response: { id: 'r', status: 'in_progress', conversation_id },
});
const settings = (create_response: boolean): VoiceEvent => ({
  type: 'session.created',
  event_id: 'e',
  session: { type: 'realtime', id: 's', audio: { input: { turn_detection: { type: 'server_vad', create_response } } } },
});

describe('speech', () => {
  it('is due from its beginning until it is committed, or dismissed', () => {
    expect([isDue(), isDue(speaks), isDue(speaks, stops)]).toEqual([false, true, true]);
    expect(isDue(speaks, stops, commit)).toBe(false);
    expect(isDue(speaks, stops, { type: 'speech.dismissed' })).toBe(false);
  });

  it('is due until it is answered, by a response of the conversation that begins after it', () => {
    expect(isDue(speaks, stops, begun('conv'))).toBe(false);
    expect(isDue(speaks, stops, begun(null))).toBe(true);
    expect(isDue(speaks, begun('conv'))).toBe(true);
    expect(isDue(speaks, stops, { type: 'turn.delegated', lane: 'big' })).toBe(false);
  });

  it('is due beyond the confirmation of its turn where the provider answers by itself', () => {
    expect(isDue(settings(true), speaks, stops, committed)).toBe(true);
    expect(isDue(settings(false), speaks, stops, committed)).toBe(false);
  });

  it('is due again when the user goes on', () => {
    expect(isDue(speaks, commit, stops)).toBe(false);
    expect(isDue(speaks, commit, speaks)).toBe(true);
    // the turn before is confirmed meanwhile
    expect(isDue(settings(false), speaks, stops, commit, speaks, committed)).toBe(true);
  });
});
