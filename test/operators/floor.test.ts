import { describe, expect, it } from 'vitest';
import { detectTurns } from '../../operators/detectTurns.js';
import { halfDuplex } from '../../operators/halfDuplex.js';
import { longPause } from '../../operators/longPause.js';
import { overlap } from '../../operators/overlap.js';
import { userAway } from '../../operators/userAway.js';
import type { Epic } from '../../src/epic.js';
import type { Command, VoiceEvent } from '../../src/events.js';
import { initialState, type SessionState, sessionState } from '../../src/state/session-state.js';
import { marbles } from '../marbles.js';

const place = { event_id: 'e', item_id: 'item_1' };
const events: Readonly<Record<string, VoiceEvent>> = {
  c: { type: 'connection.established', connectionId: 's', latencyMs: 1, droppedMs: 0 },
  S: { type: 'speech.started', position: 0 },
  E: { type: 'speech.stopped', position: 0, durationMs: 100 },
  1: { type: 'input_audio_buffer.speech_started', audio_start_ms: 0, ...place },
  2: { type: 'input_audio_buffer.speech_stopped', audio_end_ms: 0, ...place },
  T: { type: 'turn.started', reason: 'speech' },
  r: { type: 'response.created', event_id: 'e', response: { id: 'r', status: 'in_progress' } },
  e: { type: 'response.done', event_id: 'e', response: { id: 'r', status: 'completed' } },
  a: {
    type: 'response.output_audio.delta',
    event_id: 'e',
    response_id: 'r',
    item_id: 'a',
    output_index: 0,
    content_index: 0,
    delta: 'AAAA',
  },
  o: { type: 'playout.started', itemId: 'a', responseId: 'r' },
  p: { type: 'playout.progress', itemId: 'a', responseId: 'r', playedSamples: 24, playedMs: 1 },
  d: { type: 'playout.drained' },
};

/** Runs an epic over events, the state ahead of it, and lets go of it at the end. */
const says = (title: string, epic: Epic, source: string, expected: string, values: Readonly<Record<string, VoiceEvent>>) =>
  it(
    title,
    marbles((t) => {
      let state: SessionState = initialState;
      const events$ = t.hot(source, events);
      events$.subscribe((event) => {
        state = sessionState(state, event);
      });
      t.expectObservable(epic(events$, () => state)).toBe(expected, values);
    }),
  );

/** What holds for every epic of these. */
const behaves = (create: () => Epic) => {
  it(
    'ends with its events, errors with them, and lets go of them',
    marbles((t) => {
      t.expectObservable(create()(t.hot('--|'), () => initialState)).toBe('--|');
      t.expectObservable(create()(t.hot('--#'), () => initialState)).toBe('--#');
      const events$ = t.hot<VoiceEvent>('-----');
      t.expectObservable(
        create()(events$, () => initialState),
        '^--!',
      ).toBe('-');
      t.expectSubscriptions(events$.subscriptions).toBe('^--!');
    }),
  );
};

describe('detectTurns', () => {
  const speakers: Readonly<Record<string, VoiceEvent>> = {
    u: { type: 'turn.detected', speaker: 'user' },
    a: { type: 'turn.detected', speaker: 'assistant' },
  };
  says('tells whose turn it is when that changes', detectTurns, '-S1T-o-o-1-', '-u---a---u-', speakers);
  behaves(() => detectTurns);
});

describe('longPause', () => {
  const pause: Readonly<Record<string, VoiceEvent>> = { l: { type: 'turn.long_pause', silentMs: 100 } };
  const epic = longPause({ ms: 100 });
  says('tells of a pause once', epic, '-S-E-----------', '--------l------', pause);
  says('tells nothing when the user goes on', epic, '-S-E---S-------', '---------------', pause);
  says('tells nothing when the assistant speaks', epic, '-S-E--o--------', '---------------', pause);
  says('counts from where the service hears silence, too', epic, '-1-2-----------', '--------l------', pause);
  says('waits for 2 s where not told otherwise', longPause(), 'E 3s |', '2s l 1000ms |', {
    l: { type: 'turn.long_pause', silentMs: 2000 },
  });
  behaves(longPause);

  it('refuses a length of nothing when called', () => {
    expect(() => longPause({ ms: 0 })).toThrow(RangeError);
  });
});

describe('overlap', () => {
  const both: Readonly<Record<string, VoiceEvent>> = {
    u: { type: 'turn.overlap', itemId: 'a', by: 'user' },
    a: { type: 'turn.overlap', itemId: 'a', by: 'assistant' },
  };
  says('tells when the user begins while the assistant sounds, once an utterance', overlap, 'aop-S-1-E-S', '----u-----u', both);
  says('tells when the assistant begins while the user speaks', overlap, '-S-a-o-', '-----a-', both);
  says('tells nothing when one follows the other', overlap, '-S-E-ao-p-d-S-', '-------------', both);
  says('tells nothing before the first audio sounds', overlap, 'raS----', '-------', both);
  behaves(() => overlap);
});

describe('userAway', () => {
  const away: Readonly<Record<string, VoiceEvent>> = { w: { type: 'turn.user_away', silentMs: 100 } };
  const epic = userAway({ ms: 100 });
  says('tells that nobody has spoken since the session was ready, once', epic, '-c-------------', '------w--------', away);
  says('tells it again after each time somebody has', epic, '-c-------S-E-------', '------w---------w--', away);
  says('does not count while an answer is due or sounds', epic, '-c-SE-r-a-o-e------d------', '------------------------w-', away);
  says('does not count while the user speaks', epic, '-c-1---------', '-------------', away);
  says('waits for 15 s where not told otherwise', userAway(), 'c 16s |', '15s w 1000ms |', {
    w: { type: 'turn.user_away', silentMs: 15_000 },
  });
  behaves(userAway);

  it('refuses a length of nothing when called', () => {
    expect(() => userAway({ ms: -1 })).toThrow(RangeError);
  });
});

describe('halfDuplex', () => {
  const append: Command = { type: 'input_audio_buffer.append', audio: 'AAAA' };
  const stateAfter = (letters: string): SessionState =>
    [...letters].reduce((state, letter) => {
      const event = events[letter];
      return event ? sessionState(state, event) : state;
    }, initialState);

  it('drops audio while the assistant sounds, and nothing else', () => {
    expect(halfDuplex(stateAfter('ao'), append)).toBe('drop');
    expect(halfDuplex(stateAfter('ao'), { type: 'response.cancel' })).toBe('send');
    expect(halfDuplex(stateAfter('aod'), append)).toBe('send');
    expect(halfDuplex(initialState, append)).toBe('send');
  });

  it('lets audio through where nobody plays the assistant', () => {
    expect(halfDuplex(stateAfter('ra'), append)).toBe('send');
  });

  it('lets audio through while the assistant is paused', () => {
    expect(halfDuplex(sessionState(stateAfter('ao'), { type: 'playout.pause' }), append)).toBe('send');
  });
});
