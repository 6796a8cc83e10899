import { concat, NEVER, type Observable, of } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hysteresis } from '../operators/hysteresis.js';
import { pauseFirst } from '../operators/interruptions.js';
import { longPause } from '../operators/longPause.js';
import { wakePhrase } from '../operators/spokenConditions.js';
import { assistantHeard, silence } from '../operators/turnConditions.js';
import { userAway } from '../operators/userAway.js';
import { type AskConfig, askDelegate } from '../src/delegate.js';
import type { LaneDecision, VoiceEvent } from '../src/events.js';
import { initialConversation } from '../src/state/conversation.js';
import { initialState } from '../src/state/session-state.js';
import { longestTimerMs, wait } from '../src/wait.js';

// Not virtual time: there a timer may wait for as long as it likes.
beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const countWithin = (ms: number, source: Observable<unknown>): number => {
  let count = 0;
  const subscription = source.subscribe(() => {
    count += 1;
  });
  const atOnce = count;
  vi.advanceTimersByTime(ms);
  subscription.unsubscribe();
  return count - atOnce;
};

describe('wait', () => {
  it('waits as long as a timer can, and for ever where it cannot', () => {
    expect(countWithin(longestTimerMs, wait(longestTimerMs))).toBe(1);
    expect(countWithin(100, wait(longestTimerMs + 1))).toBe(0);
    expect(countWithin(100, wait(Number.POSITIVE_INFINITY))).toBe(0);
  });
});

describe('a time of Infinity', () => {
  const ms = Number.POSITIVE_INFINITY;
  const state = () => initialState;
  const happens = (event: VoiceEvent): Observable<VoiceEvent> => concat(of(event), NEVER);
  const big$ = concat(of<LaneDecision>({ lane: 'big', reason: 'rule', confidence: 1, at: 0 }), NEVER);
  const established$ = happens({ type: 'connection.established', connectionId: '', latencyMs: 0, droppedMs: 0 });
  const stopped$ = happens({ type: 'speech.stopped', position: 0, durationMs: 0 });
  const drained$ = happens({ type: 'playout.drained' });
  const woken$ = happens({
    type: 'conversation.item.input_audio_transcription.completed',
    event_id: 'e',
    item_id: 'i',
    content_index: 0,
    transcript: 'Hello!',
  });
  const asked = (config: Partial<AskConfig>): Observable<unknown> =>
    askDelegate(() => NEVER, initialConversation, { timeoutMs: 10_000, filler: 'Hm.', fillerAfterMs: 10_000, ...config });

  it.each<readonly [string, Observable<unknown>]>([
    ['hysteresis bears a lane', big$.pipe(hysteresis({ bigLaneTimeoutMs: ms }))],
    ['pauseFirst waits for a turn', pauseFirst({ resumeAfterMs: ms })(NEVER, state)],
    ['longPause waits', longPause({ ms })(stopped$, state)],
    ['userAway waits', userAway({ ms })(established$, state)],
    ['silence holds not', silence({ ms })(stopped$, state)],
    ['assistantHeard holds', assistantHeard({ tailMs: ms })(drained$, state)],
    ['wakePhrase holds', wakePhrase('hello', { awakeMs: ms })(woken$, state)],
    ['a delegate may be silent', asked({ timeoutMs: ms })],
    ['a filler waits', asked({ fillerAfterMs: ms })],
  ])('%s for ever', (_, source) => {
    expect(countWithin(1000, source)).toBe(0);
  });
});
