import { describe, expect, it } from 'vitest';
import type { Command, VoiceEvent } from '../../src/events.js';
import { initialState, type SessionState, sessionState } from '../../src/state/session-state.js';
import { bytesToBase64 } from '../../src/wire/base64.js';
import { recordings } from '../conformance/recordings.js';
import { hasShared } from '../shared.js';

const place = { event_id: 'e', item_id: 'item_1' };
const commit: Command = { type: 'input_audio_buffer.commit', event_id: 'c1' };
const confirmed: VoiceEvent = { type: 'input_audio_buffer.committed', ...place };
/** Audio of that length at 24 kHz PCM16. */
const append = (ms: number): Command => ({
  type: 'input_audio_buffer.append',
  audio: bytesToBase64(new Uint8Array(ms * 48)),
});
const clientTurns: Command = { type: 'session.update', session: { audio: { input: { turn_detection: null } } } };
const folded = (...entries: readonly (VoiceEvent | Command)[]): SessionState => entries.reduce(sessionState, initialState);
const msOf = (...entries: readonly (VoiceEvent | Command)[]): number => folded(...entries).committed.ms;

describe('committedAudio', () => {
  it('counts what was appended for a turn once the provider has confirmed it', () => {
    expect(msOf(clientTurns, append(300), commit)).toBe(0);
    expect(msOf(clientTurns, append(300), commit, confirmed)).toBe(300);
    expect(msOf(clientTurns, append(300), commit, append(50), confirmed)).toBe(300);
  });

  it('counts turns that are confirmed late, each by its own length', () => {
    const sent = [clientTurns, append(300), commit, append(200), commit];
    expect(msOf(...sent, confirmed)).toBe(300);
    expect(msOf(...sent, confirmed, confirmed)).toBe(500);
  });

  it('does not count what was cleared', () => {
    const cleared: VoiceEvent = { type: 'input_audio_buffer.cleared', event_id: 'e' };
    const sent = [clientTurns, append(300), { type: 'input_audio_buffer.clear' } as const, append(100), commit];
    expect(msOf(...sent, cleared, confirmed)).toBe(100);
  });

  it('does not count a turn that was refused, and gives the next its own length', () => {
    const refused: VoiceEvent = {
      type: 'error',
      event_id: 'e',
      error: { message: 'too small', type: 'invalid_request_error', code: 'input_audio_buffer_commit_empty', event_id: 'c1' },
    };
    expect(msOf(clientTurns, append(40), commit, append(300), { ...commit, event_id: 'c2' }, refused, confirmed)).toBe(300);
  });

  it('counts what a service hears as speech, and no silence around it', () => {
    const heard: readonly VoiceEvent[] = [
      { type: 'input_audio_buffer.speech_started', audio_start_ms: 1000, ...place },
      { type: 'input_audio_buffer.speech_stopped', audio_end_ms: 2500, ...place },
      confirmed,
    ];
    expect(msOf(append(4000), ...heard)).toBe(1500);
  });

  it('counts silence that an idle time-out commits', () => {
    const idle: VoiceEvent = {
      type: 'input_audio_buffer.timeout_triggered',
      audio_start_ms: 1000,
      audio_end_ms: 6120,
      ...place,
    };
    expect(msOf(idle, confirmed)).toBe(5120);
  });

  it('keeps its count over a loss, and not what was under way', () => {
    const lost: VoiceEvent = { type: 'connection.lost', closeCode: 1006, reason: 'lost' };
    const before = [clientTurns, append(300), commit, confirmed, append(200), commit, lost];
    expect(msOf(...before)).toBe(300);
    expect(msOf(...before, append(700), commit, confirmed)).toBe(1000);
  });

  it('counts nothing of a turn of which nobody has told how long it was', () => {
    expect(folded(confirmed).committed).toEqual({ ms: 0, pending: [], beganMs: undefined });
  });

  it.skipIf(!hasShared)('counts as many tenths of a second as the service has billed audio tokens (needs ../shared)', () => {
    const spoken = recordings('openai').find(({ name }) => name === 'openai/audio_in_server_vad_turn.jsonl');
    const entries = (spoken?.lines ?? []).map(({ ev }) => ev as unknown as VoiceEvent | Command);
    const { committed, conversation } = folded(...entries);
    expect(Math.floor(committed.ms / 100)).toBe(conversation.usage.input.audio);
    expect(conversation.usage.input.audio).toBe(27);
  });
});
