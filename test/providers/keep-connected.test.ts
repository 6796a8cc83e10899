import { map, NEVER, type Observable, Subject, takeUntil, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { closes, type Marbles, opens, refused, rejects, type SocketStep, scriptedProvider } from '../../marbles/index.js';
import type { EngineError } from '../../src/errors.js';
import { type Connected, type KeepConfig, keepConnected, type Standby } from '../../src/providers/keep-connected.js';
import type { Provider } from '../../src/providers/provider.js';
import { realtimeCapabilities } from '../../src/providers/realtime-protocol.js';
import { marbles } from '../marbles.js';

/** Somebody asks for another session then, with the same provider. */
const asked = (ms: number): Observable<undefined> => timer(ms).pipe(map(() => undefined));

const steps = {
  o: opens,
  c: { type: 'session.created', event_id: 'e', session: { type: 'realtime', id: 's' } },
  x: closes(1006),
  k: closes(4000),
  r: rejects(429, { 'retry-after': '2' }),
  u: rejects(401),
} satisfies Record<string, SocketStep>;

/** What is said, with the millisecond: `lost 80`. */
const words = (said: Connected): string => {
  if (said.type === 'connection.starting') return `starting ${said.attempt}`;
  if (said.type === 'connection.failed') return `failed ${said.retryCount}`;
  if (said.type === 'connection.reconnecting') return `reconnecting ${said.attempt} in ${said.inMs}`;
  return said.type.replace('connection.', '').replace('session.', '');
};

interface Config extends KeepConfig {
  /** Attempts, one after the other, one character 20 ms; the last goes for all that follow. */
  readonly sockets: readonly string[];
  readonly provider?: Partial<Provider>;
  /** When the subscriber leaves. */
  readonly leavesAtMs?: number;
  readonly onStandby?: (standby: Standby) => void;
}

/** Runs it to its end and gives what it said. */
const keep = (t: Marbles, { sockets, provider = {}, leavesAtMs = 1000, onStandby, ...config }: Config) => {
  const service = scriptedProvider(
    ({ attempt }) => t.cold<SocketStep>(sockets[attempt - 1] ?? sockets.at(-1) ?? '', steps, refused()),
    { capabilities: { ...realtimeCapabilities, maxSessionMs: Number.POSITIVE_INFINITY }, ...provider },
  );
  const said: string[] = [];
  let error: EngineError | undefined;
  let endedAt = leavesAtMs;
  keepConnected(service, service.openSocket, { random: () => 1, ...config })
    .pipe(takeUntil(timer(leavesAtMs)))
    .subscribe({
      next(one) {
        said.push(`${words(one)} at ${t.now()}`);
        if (one.type === 'standby') onStandby?.(one);
      },
      error(cause: unknown) {
        error = cause as EngineError;
        endedAt = t.now();
      },
    });
  t.flush();
  // Nothing goes on after the end: neither a timer nor a socket.
  expect(t.now()).toBeLessThanOrEqual(leavesAtMs);
  const open = service.subscriptions.filter(({ unsubscribedFrame }) => unsubscribedFrame > endedAt);
  expect(open).toEqual([]);
  return { said, error, sockets: service.subscriptions.length };
};

describe('keepConnected', () => {
  it(
    'says what the session says, and its link',
    marbles((t) => {
      expect(keep(t, { sockets: ['-oc'] }).said).toEqual(['created at 40', 'link at 40']);
    }),
  );

  it(
    'tells of a loss, waits, tells of the attempt, and says what the next session says',
    marbles((t) => {
      expect(keep(t, { sockets: ['-oc-x', '-oc'] }).said).toEqual([
        'created at 40',
        'link at 40',
        'lost at 80',
        'reconnecting 2 in 100 at 80',
        'starting 2 at 180',
        'created at 220',
        'link at 220',
      ]);
    }),
  );

  it(
    'waits twice as long after each attempt that fails, up to 10 s',
    marbles((t) => {
      const { said } = keep(t, { sockets: ['-oc-x', '-#'], leavesAtMs: 40_000, withinMs: 100_000 });
      const waits = said.flatMap((one) => (one.startsWith('reconnecting') ? [Number(one.split(' ')[3])] : []));
      expect(waits).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000, 10_000]);
    }),
  );

  it(
    'gives up after the first attempts that it may make, and tells of all of them',
    marbles((t) => {
      const { said, error, sockets } = keep(t, { sockets: ['-#'] });
      expect(sockets).toBe(3);
      expect(said.filter((one) => one.startsWith('failed'))).toEqual(['failed 0 at 20', 'failed 1 at 140', 'failed 2 at 360']);
      expect([error?.code, (error?.cause as AggregateError | undefined)?.errors.length]).toEqual(['refused', 3]);
    }),
  );

  it(
    'tries as often after a loss as it may',
    marbles((t) => {
      expect(keep(t, { sockets: ['-oc-x', '-#'], attempts: 2, leavesAtMs: 5000 }).sockets).toBe(3);
    }),
  );

  it(
    'does not begin a wait that ends too late',
    marbles((t) => {
      const { said, error } = keep(t, { sockets: ['-oc-x', '-#'], withinMs: 1000, leavesAtMs: 5000 });
      expect(error?.message).toContain('gave up after 4 attempts');
      expect(said.at(-1)).toBe('failed 3 at 840');
    }),
  );

  it(
    'does not try again what cannot help',
    marbles((t) => {
      expect(keep(t, { sockets: ['-u'] })).toMatchObject({ sockets: 1, error: { code: 'unauthorized' } });
    }),
  );

  it(
    'does not connect again after a close that forbids it',
    marbles((t) => {
      expect(keep(t, { sockets: ['-oc-k', '-oc'] }).sockets).toBe(1);
    }),
  );

  it(
    'tries refused credentials once more where they are fresh',
    marbles((t) => {
      expect(keep(t, { sockets: ['-u'], provider: { renewsCredentials: true } })).toMatchObject({ sockets: 2 });
    }),
  );

  it(
    'waits for as long as it is asked to, and longer',
    marbles((t) => {
      expect(keep(t, { sockets: ['-r', '-oc'], leavesAtMs: 5000 }).said[1]).toBe('reconnecting 2 in 2100 at 20');
    }),
  );

  it(
    'counts from the beginning after a session that has held for 5 s',
    marbles((t) => {
      const { said } = keep(t, { sockets: ['-oc 5s x', '-oc 5s x', '-oc'], leavesAtMs: 12_000 });
      expect(said.flatMap((one) => (one.startsWith('reconnecting') ? [one.split(' at ')[0]] : []))).toEqual([
        'reconnecting 2 in 100',
        'reconnecting 2 in 100',
      ]);
    }),
  );

  it(
    'opens another session beside the first when asked to, and hears it when it is swapped in',
    marbles((t) => {
      const { said, sockets } = keep(t, {
        sockets: ['-oc', '-oc'],
        rotate$: asked(200),
        onStandby: (standby) => void timer(100).subscribe({ next: () => standby.swap(), error: () => undefined }),
      });
      expect(said).toEqual(['created at 40', 'link at 40', 'standby at 240', 'created at 340']);
      expect(sockets).toBe(2);
    }),
  );

  it(
    'takes the session that stands by when the first is lost, without a wait',
    marbles((t) => {
      const { said } = keep(t, { sockets: ['-oc 400ms x', '-oc'], rotate$: asked(200) });
      expect(said.slice(2)).toEqual(['standby at 240', 'lost at 460', 'created at 460', 'link at 460']);
    }),
  );

  it(
    'goes on with the first when the session that stands by is lost, and opens another after 5 s',
    marbles((t) => {
      const gone: boolean[] = [];
      const { said } = keep(t, {
        sockets: ['-oc', '-oc-x', '-oc'],
        rotate$: asked(200),
        leavesAtMs: 8000,
        onStandby: ({ isGone }) => void timer(100).subscribe({ next: () => gone.push(isGone()), error: () => undefined }),
      });
      expect(gone).toEqual([true, false]);
      expect(said.slice(2)).toEqual(['standby at 240', 'standby_failed at 280', 'standby at 5320']);
    }),
  );

  it(
    'opens nothing beside a session that is lost: the next attempt is another session',
    marbles((t) => {
      const { said } = keep(t, { sockets: ['-oc-x', '-oc'], rotate$: asked(100) });
      expect(said.slice(2)).toEqual([
        'lost at 80',
        'reconnecting 2 in 100 at 80',
        'starting 2 at 180',
        'created at 220',
        'link at 220',
      ]);
    }),
  );

  it(
    'opens another session ahead of the time limit, and is in a hurry near its end',
    marbles((t) => {
      let urgent: (() => boolean) | undefined;
      const seen: (boolean | undefined)[] = [];
      for (const ms of [560_000, 575_000]) timer(ms).subscribe({ next: () => seen.push(urgent?.()), error: () => undefined });
      const { said } = keep(t, {
        sockets: ['-oc'],
        provider: { capabilities: { ...realtimeCapabilities, maxSessionMs: 600_000 } },
        leavesAtMs: 580_000,
        onStandby: (standby) => {
          urgent = standby.isUrgent;
        },
      });
      expect(said.slice(2)).toEqual(['standby at 540080']);
      expect(seen).toEqual([false, true]);
    }),
  );

  it(
    'opens another session when the provider would choose another, and none when it would not',
    marbles((t) => {
      const changes = new Subject<void>();
      const [first, second] = [scriptedProvider(NEVER), scriptedProvider(NEVER)];
      const choose: Provider['choose'] = (current) => (current && t.now() > 400 ? second : first);
      for (const ms of [300, 500]) timer(ms).subscribe({ next: () => changes.next(), error: () => undefined });
      expect(keep(t, { sockets: ['-oc'], provider: { changes$: changes, choose } }).said.slice(2)).toEqual(['standby at 540']);
    }),
  );

  for (const leavesAtMs of [0, 10, 30, 45, 85, 150, 190, 210, 250, 330, 350, 450, 700]) {
    it(
      `leaves neither timer nor socket when it is left after ${leavesAtMs} ms`,
      marbles((t) => {
        // connecting, ready, lost, waiting, connecting again, a session beside it, that one lost
        keep(t, { sockets: ['-oc-x', '-oc', '-oc- 100ms x', '-oc'], rotate$: asked(300), leavesAtMs: leavesAtMs + 1 });
      }),
    );
  }

  it(
    'stays with its session when nobody asks for another',
    marbles((t) => {
      expect(keep(t, { sockets: ['-oc'], rotate$: NEVER, leavesAtMs: 7_000_000 }).sockets).toBe(1);
    }),
  );
});
