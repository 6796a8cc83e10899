import { identity, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { askAnew } from '../../operators/askAnew.js';
import type { Command, VoiceEvent } from '../../src/events.js';
import type { Lane } from '../../src/lane.js';
import { initialState, sessionState } from '../../src/state/session-state.js';

const lane = (name: string, more: Partial<Lane> = {}): Lane => ({ name, audio: identity, ...more });
const big = lane('big', { session: { instructions: 'Think.' } });
const elsewhere = lane('big', { delegation: (events$) => events$ });

const entered = (name: string): VoiceEvent => ({ type: 'lane.entered', lane: name });
const decided: VoiceEvent = { type: 'lane.decided', lane: 'big', reason: 'test', confidence: 1, at: 0, itemId: 'question' };
const response = (type: 'response.created' | 'response.done', status: string): VoiceEvent => ({
  type,
  event_id: 'e',
  response: { id: 'resp_1', status },
});
const begun = response('response.created', 'in_progress');
const cancelled = response('response.done', 'cancelled');
const answer: VoiceEvent = {
  type: 'conversation.item.added',
  event_id: 'e',
  item: { id: 'answer', type: 'message', role: 'assistant', status: 'in_progress', content: [] },
};
const heard: VoiceEvent = {
  type: 'playout.progress',
  itemId: 'answer',
  responseId: 'resp_1',
  playedSamples: 480,
  playedMs: 20,
};
const speaks: VoiceEvent = { type: 'speech.started', position: 0 };

/** What the epic says to each event, in a conversation that is in the fast lane. */
const drive = (to: Lane, ...events: readonly VoiceEvent[]): readonly string[] => {
  const events$ = new Subject<VoiceEvent>();
  let state = sessionState(initialState, entered('fast'));
  const said: (Command | VoiceEvent)[] = [];
  const epic = askAnew([lane('fast'), to]);
  epic(events$, () => state).subscribe((entry) => said.push(entry));
  for (const event of events) {
    state = sessionState(state, event);
    events$.next(event);
  }
  return said.map(({ type }) => type);
};

describe('askAnew', () => {
  it('cancels the answer of the old lane, and asks again when that is over', () => {
    expect(drive(big, begun, answer, decided, entered('big'))).toEqual(['playout.flush', 'response.cancel']);
    expect(drive(big, begun, answer, decided, entered('big'), cancelled).at(-1)).toBe('response.create');
  });

  it('hands the turn on where the new lane delegates, behind the end of the old answer, which would interrupt it', () => {
    const said = ['playout.flush', 'response.cancel'];
    expect(drive(elsewhere, begun, answer, decided, entered('big'))).toEqual(said);
    expect(drive(elsewhere, begun, answer, decided, entered('big'), cancelled)).toEqual([...said, 'turn.delegated']);
  });

  it('leaves alone an answer of which something was heard', () => {
    expect(drive(big, begun, answer, heard, decided, entered('big'), cancelled)).toEqual([]);
  });

  it('asks nothing into the words of the user', () => {
    expect(drive(big, begun, answer, speaks, decided, entered('big'))).toEqual([]);
  });

  it('does nothing for lanes that answer alike, for another lane, and where nothing was asked', () => {
    expect(drive(lane('big'), begun, answer, decided, entered('big'))).toEqual([]);
    expect(drive(big, begun, answer, decided, entered('fast'))).toEqual([]);
    expect(drive(big, decided, entered('big'))).toEqual([]);
  });

  it('does nothing for decisions that are not about words', () => {
    const { itemId: _, ...other } = decided as Extract<VoiceEvent, { readonly type: 'lane.decided' }>;
    expect(drive(big, begun, answer, other, entered('big'))).toEqual([]);
  });
});
