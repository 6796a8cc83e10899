import { describe, it } from 'vitest';
import { clientTurns } from '../../operators/clientTurns.js';
import type { Command, VoiceEvent } from '../../src/events.js';
import { initialState, type SessionState, sessionState } from '../../src/state/session-state.js';
import { marbles } from '../marbles.js';

const ready: readonly VoiceEvent[] = [
  { type: 'connection.starting', attempt: 1 },
  { type: 'connection.established', connectionId: 'sess_1', latencyMs: 1, droppedMs: 0 },
];
const append = (ms: number): Command => ({ type: 'input_audio_buffer.append', audio: Buffer.alloc(ms * 48).toString('base64') });
const having = (...entries: readonly (Command | VoiceEvent)[]): SessionState => entries.reduce(sessionState, initialState);
const stopped = (sentMs?: number): VoiceEvent => ({
  type: 'speech.stopped',
  position: 0,
  durationMs: 0,
  ...(sentMs === undefined ? {} : { sentMs }),
});
const started: VoiceEvent = { type: 'speech.started', position: 0 };
const commands = {
  c: { type: 'input_audio_buffer.commit' },
  r: { type: 'response.create' },
  x: { type: 'input_audio_buffer.clear' },
};

describe('clientTurns', () => {
  const answers = (title: string, state: SessionState, stop: VoiceEvent, expected: string) =>
    it(
      title,
      marbles((t) => {
        const events = t.hot('-a-b----', { a: started, b: stop });
        const sub = '         ^------!';

        t.expectObservable(
          clientTurns(events, () => state),
          sub,
        ).toBe(expected, commands);
        t.expectSubscriptions(events.subscriptions).toBe(sub);
      }),
    );

  answers('commits the turn and asks for an answer when speech stops', having(...ready, append(100)), stopped(100), '---(cr)');
  answers('does so for a turn that ended before the session was ready', having(), stopped(100), '---(cr)');
  answers('clears a turn shorter than the 100 ms that the service demands', having(...ready, append(99)), stopped(99), '---x');
  answers('clears a turn of which gates let too little through', having(...ready, append(40)), stopped(500), '---x');
  answers('does nothing when gates let nothing of it through', having(...ready), stopped(500), '-');
  answers('leaves turns to the service where every frame is sent', having(...ready, append(500)), stopped(), '-');

  it(
    'ends with its events, and with their error',
    marbles((t) => {
      t.expectObservable(clientTurns(t.hot('--|'), () => initialState)).toBe('--|');
      t.expectObservable(clientTurns(t.hot('--#'), () => initialState)).toBe('--#');
    }),
  );
});
