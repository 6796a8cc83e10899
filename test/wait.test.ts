import { concat, NEVER, type Observable, of } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hysteresis } from '../operators/hysteresis.js';
import { pauseFirst } from '../operators/interruptions.js';
import { longPause } from '../operators/longPause.js';
import { wakePhrase } from '../operators/spokenConditions.js';
import { assistantHeard, silence } from '../operators/turnConditions.js';
import { userAway } from '../operators/userAway.js';
import { type AskConfig, askDelegate } from '../src/delegate.js';
import { ConnectionError } from '../src/errors.js';
import type { LaneDecision, VoiceEvent } from '../src/events.js';
import { failover } from '../src/providers/failover.js';
import { keepConnected } from '../src/providers/keep-connected.js';
import { openai } from '../src/providers/openai.js';
import { initialConversation } from '../src/state/conversation.js';
import { initialState } from '../src/state/session-state.js';
import { longestTimerMs, soon, wait } from '../src/wait.js';

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

describe('soon', () => {
  it('waits as long as it is told, and no longer than a timer can', () => {
    expect(countWithin(99, soon(100))).toBe(0);
    expect(countWithin(100, soon(100))).toBe(1);
    expect(countWithin(longestTimerMs - 1, soon(Number.POSITIVE_INFINITY))).toBe(0);
    expect(countWithin(longestTimerMs, soon(Number.POSITIVE_INFINITY))).toBe(1);
  });
});

describe('a provider that asks to be left alone for a month', () => {
  const busy = { status: 429, headers: { 'retry-after': '2592000' }, body: '' };
  const reject$ = of({ type: 'rejected' as const, ...busy });
  const error = new ConnectionError('busy', { code: 'rate_limited', retryable: true, retryAfterMs: 2_592_000_000 });

  it('is left alone by who would try for ever', () => {
    let attempts = 0;
    const openSocket = () => {
      attempts += 1;
      return reject$;
    };
    const ever = { firstAttempts: Number.POSITIVE_INFINITY, withinMs: Number.POSITIVE_INFINITY };
    countWithin(1000, keepConnected(openai({ apiKey: 'sk' }), openSocket, ever));
    expect(attempts).toBe(1);
  });

  it('is left alone by a fail-over, which sets no timer for it', () => {
    const both = failover([openai({ name: 'a', apiKey: 'sk' }), openai({ name: 'b', apiKey: 'sk' })]);
    both.choose?.().report?.(error);
    expect(both.choose?.().name).toBe('b');
    const watching = both.changes$?.subscribe();
    expect(vi.getTimerCount()).toBe(0);
    watching?.unsubscribe();
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
