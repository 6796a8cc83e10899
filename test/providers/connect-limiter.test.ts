import { NEVER, Subject, switchMap, takeUntil, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { closes, type Marbles, opens, rejects, type SocketStep, scriptedProvider } from '../../marbles/index.js';
import type { EngineError } from '../../src/errors.js';
import { type ConnectLimiter, createConnectLimiter } from '../../src/providers/connect-limiter.js';
import { type KeepConfig, keepConnected } from '../../src/providers/keep-connected.js';
import type { OpenSocket, Provider } from '../../src/providers/provider.js';
import { marbles } from '../marbles.js';
import { mostWithin } from '../survival/peer.js';

const steps = {
  o: opens,
  c: { type: 'session.created', event_id: 'e', session: { type: 'realtime', id: 's' } },
  x: closes(1012),
  r: rejects(429, { 'retry-after': '2' }),
  R: rejects(429, { 'retry-after': '120' }),
} satisfies Record<string, SocketStep>;

interface Talk extends KeepConfig {
  readonly limiter: ConnectLimiter;
  /** Attempts, one after the other, one character 20 ms; the last goes for all that follow. */
  readonly sockets: readonly string[];
  /** Whose credentials they are. @default a provider of its own */
  readonly provider?: Provider;
  readonly beginsAtMs?: number;
  readonly leavesAtMs?: number;
}

/** A conversation; when it connects, and what it is told of waits. */
const talk = (t: Marbles, { sockets, provider, beginsAtMs = 0, leavesAtMs = 30_000, ...config }: Talk) => {
  const service = scriptedProvider(({ attempt }) => t.cold<SocketStep>(sockets[attempt - 1] ?? sockets.at(-1) ?? '', steps));
  const told: { attempts: number[]; waits: string[]; error?: EngineError } = { attempts: [], waits: [] };
  const openSocket: OpenSocket = (request) => {
    told.attempts.push(t.now());
    return service.openSocket(request);
  };
  timer(beginsAtMs)
    .pipe(
      switchMap(() => keepConnected(provider ?? service, openSocket, { random: () => 0, ...config })),
      takeUntil(timer(leavesAtMs)),
    )
    .subscribe({
      next: (said) => {
        if (said.type === 'connection.reconnecting') told.waits.push(`attempt ${said.attempt} in ${said.inMs} at ${t.now()}`);
      },
      error: (error: unknown) => {
        told.error = error as EngineError;
      },
    });
  return told;
};

describe('connectLimiter', () => {
  it(
    'lets one that is alone connect again at once, however often',
    marbles((t) => {
      const { attempts } = talk(t, { limiter: createConnectLimiter(), sockets: ['-x', '-x', '-x', '-oc'], firstAttempts: 4 });
      t.flush();
      expect(attempts).toEqual([0, 20, 40, 60]);
    }),
  );

  it(
    'lets the first of several connect at once, and the others 100 ms apart',
    marbles((t) => {
      const limiter = createConnectLimiter();
      const told = [1, 2, 3].map(() => talk(t, { limiter, sockets: ['-oc-x', '-oc'] }));
      t.flush();
      expect(told.map(({ attempts }) => attempts[1])).toEqual([80, 180, 280]);
      expect(told.map(({ waits }) => waits)).toEqual([
        ['attempt 2 in 0 at 80'],
        ['attempt 2 in 100 at 80'],
        ['attempt 2 in 200 at 80'],
      ]);
    }),
  );

  it(
    'spreads 200 over 3 s, also when they fail again and again',
    marbles((t) => {
      const limiter = createConnectLimiter();
      const told = Array.from({ length: 200 }, () =>
        talk(t, { limiter, sockets: ['-oc-x', '-x', '-x', '-oc'], random: () => 1 }),
      );
      t.flush();
      const again = told.flatMap(({ attempts }) => attempts.slice(1)).sort((a, b) => a - b);

      expect(again).toHaveLength(600);
      expect(mostWithin(again, 1000)).toBeLessThan(100);
      expect(Math.max(...told.map(({ attempts }) => attempts[1] ?? 0))).toBeLessThan(80 + 100 + 3000);
    }),
  );

  it(
    'does not let conversations with providers of other names wait',
    marbles((t) => {
      const limiter = createConnectLimiter();
      const of = (name: string) => scriptedProvider(NEVER, { name });
      const told = ['a', 'b'].map((name) => talk(t, { limiter, provider: of(name), sockets: ['-oc-x', '-oc'] }));
      t.flush();
      expect(told.map(({ attempts }) => attempts[1])).toEqual([80, 80]);
    }),
  );

  it(
    'forgets the moments of a conversation that has left',
    marbles((t) => {
      const limiter = createConnectLimiter();
      talk(t, { limiter, sockets: ['-oc-x', '-oc'], random: () => 1, leavesAtMs: 100 });
      const told = talk(t, { limiter, sockets: ['-oc- 40ms x', '-oc'], random: () => 0.5 });
      t.flush();
      expect(told.attempts[1]).toBe(170);
    }),
  );

  it(
    'lets all wait for what a provider has asked of one, and says so to those that wait already',
    marbles((t) => {
      const limiter = createConnectLimiter();
      const provider = scriptedProvider(NEVER);
      talk(t, { limiter, provider, sockets: ['-r', '-oc'] });
      const waiting = talk(t, { limiter, provider, sockets: ['x', '-oc'], random: () => 0.5 });
      const lost = talk(t, { limiter, provider, sockets: ['-oc- 1s x', '-oc'] });
      const fresh = talk(t, { limiter, provider, sockets: ['-oc'], beginsAtMs: 500 });
      const another = talk(t, { limiter, sockets: ['-oc'], beginsAtMs: 500 });
      t.flush();

      expect(waiting.waits).toEqual(['attempt 2 in 50 at 0', 'attempt 2 in 2070 at 50']);
      expect([waiting, lost, fresh].map(({ attempts }) => attempts.at(-1))).toEqual([2120, 2320, 2220]);
      expect(fresh.waits).toEqual([]);
      expect(another.attempts).toEqual([500]);
    }),
  );

  it(
    'does not let a conversation wait for longer than it may',
    marbles((t) => {
      const limiter = createConnectLimiter();
      const provider = scriptedProvider(NEVER);
      const asked = talk(t, { limiter, provider, sockets: ['-R'] });
      const fresh = talk(t, { limiter, provider, sockets: ['-R'], beginsAtMs: 100 });
      const lost = talk(t, { limiter, provider, sockets: ['-oc- 1s x', '-oc'] });
      t.flush();

      expect([asked.error?.code, fresh.error?.code]).toEqual(['rate_limited', 'rate_limited']);
      expect(fresh.attempts).toEqual([100]);
      expect(lost.attempts).toEqual([0, 1080]);
    }),
  );

  it(
    'lets conversations go to a better provider one after the other',
    marbles((t) => {
      const limiter = createConnectLimiter();
      const changes$ = new Subject<void>();
      const better = scriptedProvider(NEVER);
      const provider: Provider = {
        ...scriptedProvider(NEVER),
        changes$,
        choose: (current) => (current && t.now() >= 500 ? better : provider),
      };
      const told = [1, 2, 3].map(() => talk(t, { limiter, provider, sockets: ['-oc'] }));
      timer(500).subscribe(() => changes$.next());
      t.flush();
      expect(told.map(({ attempts }) => attempts)).toEqual([
        [0, 500],
        [0, 600],
        [0, 700],
      ]);
    }),
  );
});
