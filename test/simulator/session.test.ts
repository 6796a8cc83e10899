import { concat, NEVER, Observable, of, Subject, takeUntil, timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clock } from '../../src/clock.js';
import { brain } from '../../src/simulator/brain.js';
import { idsFrom } from '../../src/simulator/ids.js';
import { type Message, type SentEvent, simulateSession } from '../../src/simulator/session.js';
import type { SessionConfig } from '../../src/simulator/session-state.js';
import { builtInVoice } from '../../src/simulator/speech/built-in.js';
import { toBase64 } from '../../src/wire/base64.js';
import { loud } from './sound.js';

const config: SessionConfig = {
  model: 'gpt-realtime',
  script: [],
  respond: brain,
  speak: builtInVoice,
  pace: 'instant',
  newId: idsFrom(),
  expiresAt: 0,
  lifeMs: 3_600_000,
  isFull: () => false,
};
const ask = JSON.stringify({ type: 'response.create' });

/** Virtual time in which a test looks, well before the session expires. */
const untilMs = 60_000;

/** Events with the virtual millisecond at which they came. */
const timeline = (session: SessionConfig, ...messages: readonly string[]): readonly (readonly [number, string])[] => {
  const scheduler = new TestScheduler(() => undefined);
  const came: (readonly [number, string])[] = [];
  scheduler.run(({ flush }) => {
    clock.delegate = scheduler;
    const running = concat(of(...messages), NEVER)
      .pipe(simulateSession(session), takeUntil(timer(untilMs)))
      .subscribe({ next: ({ type }) => came.push([scheduler.now(), type]), error: () => came.push([scheduler.now(), 'failed']) });
    flush();
    running.unsubscribe();
  });
  return came;
};

const firstOf = (came: readonly (readonly [number, string])[], type: string) => came.find((each) => each[1] === type)?.[0];

describe('simulateSession', () => {
  beforeEach(() => {
    clock.delegate = undefined;
  });
  afterEach(() => {
    clock.delegate = undefined;
  });

  it('runs in virtual time: speaks as long as the speech lasts, rate limits 30 ms later', () => {
    const came = timeline({ ...config, pace: 'realtime', script: [{ text: 'aaaaaaaaaaaaaaaaaaaa', delayMs: 500 }] }, ask);
    expect(firstOf(came, 'response.created')).toBe(0);
    expect(firstOf(came, 'response.output_item.added')).toBe(500);
    // The first audio 120 ms after the item, the last of seven pieces of 200 ms 1200 ms later.
    expect(firstOf(came, 'response.output_audio.delta')).toBe(620);
    expect(firstOf(came, 'response.done')).toBe(1820);
    expect(firstOf(came, 'rate_limits.updated')).toBe(1850);
  });

  it('thinks for 300 ms and sends 12 times as fast as it plays, as the service', () => {
    const came = timeline({ ...config, pace: 'service', script: ['aaaaaaaaaaaaaaaaaaaa'] }, ask);
    expect(firstOf(came, 'response.output_item.added')).toBe(300);
    expect(firstOf(came, 'response.done')).toBe(300 + 120 + 1200 / 12);
  });

  it('says nothing more of a response that was cancelled', () => {
    const scheduler = new TestScheduler(() => undefined);
    const types: string[] = [];
    scheduler.run(({ cold, flush }) => {
      clock.delegate = scheduler;
      const running = cold('a 700ms b', { a: ask, b: JSON.stringify({ type: 'response.cancel' }) })
        .pipe(
          simulateSession({ ...config, pace: 'realtime', script: ['One, two, three, four, five.'] }),
          takeUntil(timer(untilMs)),
        )
        .subscribe({ next: ({ type }) => types.push(type), error: () => undefined });
      flush();
      running.unsubscribe();
    });
    expect(types).toContain('response.output_audio.delta');
    expect(types.slice(types.indexOf('response.done') + 1)).toEqual(['rate_limits.updated']);
  });

  it('greets first, whatever the client sends on subscription', () => {
    expect(timeline(config, ask)[0]?.[1]).toBe('session.created');
  });

  it('ends its timers when it is unsubscribed', () => {
    const session: SessionConfig = { ...config, pace: 'realtime', script: ['One, two, three.'] };
    const whole = timeline(session, ask).length;
    const came: SentEvent[] = [];
    const scheduler = new TestScheduler(() => undefined);
    scheduler.run(({ cold, flush }) => {
      clock.delegate = scheduler;
      const running = concat(of(ask), NEVER)
        .pipe(simulateSession(session))
        .subscribe({ next: (event) => came.push(event), error: () => undefined });
      cold('450ms (a|)').subscribe({ next: () => running.unsubscribe(), error: () => undefined });
      flush();
      expect(scheduler.now()).toBeLessThan(1000);
    });
    expect(came.length).toBeGreaterThan(5);
    expect(came.length).toBeLessThan(whole);
  });

  it('completes with its messages', () => {
    let completed = false;
    of(ask)
      .pipe(simulateSession(config))
      .subscribe({
        error: () => undefined,
        complete: () => {
          completed = true;
        },
      });
    expect(completed).toBe(true);
  });

  it('errors when its messages do', () => {
    const broken = new Error('broken');
    let seen: unknown;
    new Observable<Message>((subscriber) => subscriber.error(broken)).pipe(simulateSession(config)).subscribe({
      error: (error: unknown) => {
        seen = error;
      },
    });
    expect(seen).toBe(broken);
  });

  it('answers one message before it takes the next, even from a client that answers at once', () => {
    const messages = new Subject<Message>();
    const types: string[] = [];
    messages.pipe(simulateSession(config)).subscribe({
      next: ({ type }) => {
        types.push(type);
        if (type === 'response.created') messages.next(JSON.stringify({ type: 'input_audio_buffer.clear' }));
      },
      error: () => undefined,
    });
    messages.next(ask);
    expect(types.indexOf('input_audio_buffer.cleared')).toBe(types.indexOf('response.done') + 1);
  });

  it('hears the same turns in audio that comes all at once', () => {
    const sounds = [loud(1000), new Int16Array(24_000), loud(1000)];
    const append = (samples: Int16Array) => JSON.stringify({ type: 'input_audio_buffer.append', audio: toBase64(samples) });
    const typesOf = (...chunks: readonly Int16Array[]) =>
      timeline(config, ...[...chunks, new Int16Array(24_000)].map(append)).map(([, type]) => type);
    const together = typesOf(Int16Array.from(sounds.flatMap((sound) => [...sound])));
    expect(together.filter((type) => type === 'input_audio_buffer.committed')).toHaveLength(2);
    expect(together).toEqual(typesOf(...sounds));
  });

  it('starts anew with each subscription', () => {
    const ids: unknown[] = [];
    const session$ = NEVER.pipe(simulateSession(config));
    for (let i = 0; i < 2; i++) {
      session$
        .subscribe({ next: (event) => ids.push(event.type === 'session.created' && event.session.id), error: () => undefined })
        .unsubscribe();
    }
    expect(new Set(ids).size).toBe(2);
  });
});
