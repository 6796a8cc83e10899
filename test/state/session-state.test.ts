import { describe, expect, it } from 'vitest';
import type { Command, VoiceEvent } from '../../src/events.js';
import { committedAudio } from '../../src/state/committed-audio.js';
import { connection } from '../../src/state/connection.js';
import { conversation } from '../../src/state/conversation.js';
import { delegations } from '../../src/state/delegations.js';
import { laneState } from '../../src/state/lane-state.js';
import { playoutClock } from '../../src/state/playout-clock.js';
import { initialState, type SessionState, sessionState } from '../../src/state/session-state.js';
import { speech } from '../../src/state/speech.js';
import { toolCalls } from '../../src/state/tool-calls.js';

const append: Command = { type: 'input_audio_buffer.append', audio: 'AAAAAAAA' };
const progress: VoiceEvent = { type: 'playout.progress', itemId: 'i', responseId: 'r', playedMs: 20, playedSamples: 480 };
const delta: VoiceEvent = {
  type: 'response.output_audio.delta',
  event_id: 'e',
  response_id: 'r',
  item_id: 'i',
  output_index: 0,
  content_index: 0,
  delta: 'AAAAAAAA',
};

const begun: readonly (VoiceEvent | Command)[] = [
  { type: 'connection.starting', attempt: 1 },
  { type: 'connection.established', connectionId: 's', latencyMs: 1, droppedMs: 0 },
  { type: 'speech.started', position: 0 },
  { type: 'lane.decided', lane: 'big', reason: 'r', confidence: 1, at: 0 },
  { type: 'input_audio_buffer.commit' },
  { type: 'conversation.item.added', event_id: 'e', item: { id: 'i', type: 'message', role: 'assistant', content: [] } },
  { type: 'playout.started', itemId: 'i', responseId: 'r' },
];
/** As they come in a conversation: each later state knows more. */
const states: readonly SessionState[] = begun.reduce<readonly SessionState[]>(
  (all, entry) => all.concat(sessionState(all.at(-1) ?? initialState, entry)),
  [initialState],
);

/** The fold without any short cut. */
const byAll = (state: SessionState, entry: VoiceEvent | Command): SessionState => ({
  conversation: conversation(state.conversation, entry),
  playout: playoutClock(state.playout, entry),
  connection: connection(state.connection, entry),
  tools: toolCalls(state.tools, entry),
  lanes: laneState(state.lanes, entry),
  speech: speech(state.speech, entry),
  delegations: delegations(state.delegations, entry),
  committed: committedAudio(state.committed, entry, state.conversation),
});

describe('sessionState', () => {
  it.each([append, progress, delta])('makes of $type, which comes with each frame, what all reducers together make', (entry) => {
    for (const state of states) expect(sessionState(state, entry)).toEqual(byAll(state, entry));
  });

  it('stays the same where nothing changed', () => {
    for (const state of states) {
      expect(sessionState(state, { type: 'speech.progress', position: 1, durationMs: 1 })).toBe(state);
      expect(sessionState(state, { ...delta, item_id: 'unknown', response_id: 'unknown' }).connection).toBe(state.connection);
    }
    expect(sessionState(initialState, { ...delta, item_id: 'unknown' })).toBe(initialState);
  });
});
