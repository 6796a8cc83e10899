import { describe, expect, it } from 'vitest';
import type { Command, VoiceEvent } from '../../src/events.js';
import { initialLaneState, type LaneState, laneState } from '../../src/state/lane-state.js';

const fold = (...entries: readonly (Command | VoiceEvent)[]): LaneState => entries.reduce(laneState, initialLaneState);

const speaks: VoiceEvent = { type: 'speech.started', position: 0 };
const commit: Command = { type: 'input_audio_buffer.commit' };
const committed: VoiceEvent = { type: 'input_audio_buffer.committed', event_id: 'e', item_id: 'item' };
const ask: Command = { type: 'response.create' };
const typed: Command = {
  type: 'conversation.item.create',
  item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello.' }] },
};
const decided: VoiceEvent = { type: 'lane.decided', lane: 'big', reason: 'test', confidence: 1, at: 0 };

describe('laneState', () => {
  it('knows the lane whose settings were sent last', () => {
    expect(fold({ type: 'lane.entered', lane: 'fast' }, { type: 'lane.entered', lane: 'big' }).lane).toBe('big');
  });

  it('waits for an answer from the end of a turn, or from what was typed, until one is asked for', () => {
    expect(fold(commit).isAwaited).toBe(true);
    expect(fold(commit, ask).isAwaited).toBe(false);
    expect(fold(typed).isAwaited).toBe(true);
    expect(fold(typed, { type: 'turn.delegated', lane: 'big' }).isAwaited).toBe(false);
    expect(fold(commit, { type: 'response.create', response: { conversation: 'none' } }).isAwaited).toBe(true);
  });

  it('does not wait again when the provider confirms a turn that was asked about', () => {
    expect(fold(commit, ask, committed).isAwaited).toBe(false);
  });

  it('waits from its confirmation where the provider has found the turn', () => {
    expect(fold(committed).isAwaited).toBe(true);
    expect(fold(commit, ask, committed, committed).isAwaited).toBe(true);
  });

  it('expects no confirmation of a session that is gone', () => {
    const lost: VoiceEvent = { type: 'connection.lost', closeCode: 1006, reason: 'lost' };
    expect(fold(commit, ask, lost, committed).isAwaited).toBe(true);
  });

  it('keeps what was decided while the user spoke, and forgets it when he speaks anew', () => {
    expect(fold(speaks, decided, commit).decided).toBe('big');
    expect(fold(speaks, decided, speaks).decided).toBeUndefined();
    expect(fold(decided, typed).decided).toBeUndefined();
    expect(fold(commit, decided, ask).decided).toBeUndefined();
  });

  it('keeps what was decided about words that still wait when the user speaks on', () => {
    expect(fold(commit, decided, speaks).decided).toBe('big');
  });

  it('waits for words of its own for a turn that the user has gone on with', () => {
    expect(fold(commit, speaks, decided, commit).decided).toBeUndefined();
    expect(fold(commit, ask, speaks, decided, commit).decided).toBe('big');
    expect(fold(commit, speaks, ask, speaks, decided, commit).decided).toBe('big');
  });

  it('is late once for each turn', () => {
    expect(fold(commit, { type: 'lane.overdue' }).isOverdue).toBe(true);
    expect(fold(commit, { type: 'lane.overdue' }, ask, commit).isOverdue).toBe(false);
  });
});
