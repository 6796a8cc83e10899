import type { Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Marbles } from '../../marbles/index.js';
import { dismissSpeech } from '../../operators/dismissSpeech.js';
import { overdueTools } from '../../operators/overdueTools.js';
import type { Epic } from '../../src/epic.js';
import type { Command, VoiceEvent } from '../../src/events.js';
import { initialState, type SessionState, sessionState } from '../../src/state/session-state.js';
import { marbles } from '../marbles.js';

const place = { event_id: 'e', item_id: 'turn' };
const events: Readonly<Record<string, VoiceEvent | Command>> = {
  S: { type: 'speech.started', position: 0 },
  E: { type: 'speech.stopped', position: 0, durationMs: 100 },
  1: { type: 'input_audio_buffer.speech_started', audio_start_ms: 0, ...place },
  2: { type: 'input_audio_buffer.speech_stopped', audio_end_ms: 0, ...place },
  T: { type: 'turn.started', reason: 'speech' },
  x: { type: 'turn.abandoned', reason: 'too_short' },
  m: { type: 'input_audio_buffer.commit' },
  i: { type: 'tool.invoked', functionName: 'f', arguments: {}, callId: 'a' },
  j: { type: 'tool.invoked', functionName: 'f', arguments: {}, callId: 'b' },
  o: { type: 'tool.succeeded', functionName: 'f', callId: 'a', durationMs: 1 },
};

/** What the epic says while things happen, the state ahead of it; commands are told to the state alone. */
const said = (t: Marbles, epic: Epic, happens: string): Observable<unknown> => {
  let state: SessionState = initialState;
  const all$ = t.hot(happens, events);
  all$.subscribe((entry) => {
    state = sessionState(state, entry);
  });
  return epic(all$ as Observable<VoiceEvent>, () => state);
};

describe('dismissSpeech', () => {
  const dismissed = { d: { type: 'speech.dismissed' } };
  it.each([
    ['a second after the user is quiet', 'S-E', '-- 1s d'],
    ['once he is quiet for all who have heard him', 'S1E--2', '----- 1s d'],
    ['once the turn that began is abandoned', 'ST-E-x', '----- 1s d'],
    ['after the last of what he says', 'S-E--S-E', '------- 1s d'],
    ['after a minute of sound', 'S', '60s d'],
  ])('says that no turn has come of it: %s', (_, happens, expected) =>
    marbles((t) => t.expectObservable(said(t, dismissSpeech, happens)).toBe(expected, dismissed))(),
  );

  it(
    'says nothing of what was committed',
    marbles((t) => t.expectObservable(said(t, dismissSpeech, 'S-Em')).toBe('')),
  );
});

describe('overdueTools', () => {
  const overdue = { o: { type: 'tool.overdue' } };
  it(
    'says that calls have been open for a second since the last one',
    marbles((t) => t.expectObservable(said(t, overdueTools, 'i--j')).toBe('--- 1s o', overdue)),
  );

  it(
    'says nothing of calls that are over',
    marbles((t) => t.expectObservable(said(t, overdueTools, 'i--o')).toBe('')),
  );
});

describe.each([
  ['dismissSpeech', dismissSpeech, 'S'],
  ['overdueTools', overdueTools, 'i'],
] as const)('%s', (_, epic, begins) => {
  it(
    'lets go of its events, and errors with them',
    marbles((t) => {
      const left$ = t.hot(`${begins}----`, events);
      t.expectObservable(
        epic(left$ as Observable<VoiceEvent>, () => initialState),
        '^--!',
      ).toBe('');
      t.expectSubscriptions(left$.subscriptions).toBe('^--!');
      t.expectObservable(epic(t.hot('--#'), () => initialState)).toBe('--#');
      expect(epic(t.hot<VoiceEvent>('|'), () => initialState)).toBeDefined();
    }),
  );
});
