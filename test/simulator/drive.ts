import { Subject } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { clock } from '../../src/clock.js';
import { brain } from '../../src/simulator/brain.js';
import { idsFrom } from '../../src/simulator/ids.js';
import { type Message, simulateSession } from '../../src/simulator/session.js';
import type { SessionConfig } from '../../src/simulator/session-state.js';
import { builtInVoice } from '../../src/simulator/speech/built-in.js';
import type { Event } from './connect.js';

/** A session in virtual time, without a socket. */
export interface Drive {
  /** All that came, with the virtual millisecond at which it came. */
  readonly events: readonly (Event & { readonly at: number })[];
  send(...events: readonly object[]): void;
  /** Lets virtual time pass. */
  wait(ms: number): void;
  /** Types of what came, from the first event on that has this type. */
  types(from?: string): readonly string[];
  /** The last event of this type. */
  last(type: string): Event | undefined;
  /** Whether the session has ended. */
  readonly ended: boolean;
}

export const sessionConfig: SessionConfig = {
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

/** Runs the body on a session in virtual time: what takes no time is there as soon as it was asked for. */
export const drive = (config: Partial<SessionConfig>, body: (session: Drive) => void): void => {
  const scheduler = new TestScheduler(() => undefined);
  scheduler.run(() => {
    clock.delegate = scheduler;
    const messages$ = new Subject<Message>();
    const events: (Event & { readonly at: number })[] = [];
    let ended = false;
    const running = messages$.pipe(simulateSession({ ...sessionConfig, ...config })).subscribe({
      next: (event) => events.push({ ...(event as unknown as Event), at: scheduler.now() }),
      complete: () => {
        ended = true;
      },
    });
    try {
      body({
        events,
        send: (...all) => {
          for (const event of all) messages$.next(JSON.stringify(event));
        },
        wait: (ms) => {
          // The scheduler runs up to `maxFrames` and no further.
          const until = scheduler.now() + ms;
          scheduler.maxFrames = until;
          scheduler.flush();
          scheduler.frame = until;
        },
        types: (from) => {
          const all = events.map(({ type }) => type);
          return from === undefined ? all : all.slice(all.indexOf(from));
        },
        last: (type) => events.findLast((event) => event.type === type),
        get ended() {
          return ended;
        },
      });
    } finally {
      running.unsubscribe();
      clock.delegate = undefined;
    }
  });
};

/** `session.update` of the input's settings. */
export const input = (settings: object) => ({
  type: 'session.update',
  session: { type: 'realtime', audio: { input: settings } },
});

/** The user's text as an item. */
export const user = (text: string, id?: string) => ({
  type: 'conversation.item.create',
  item: { type: 'message', role: 'user', ...(id === undefined ? {} : { id }), content: [{ type: 'input_text', text }] },
});

/** `response.create`. */
export const ask = (response?: object) => ({ type: 'response.create', ...(response ? { response } : {}) });

/** `input_audio_buffer.append`. */
export const append = (audio: string) => ({ type: 'input_audio_buffer.append', audio });
