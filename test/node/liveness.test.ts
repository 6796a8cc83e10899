import { filter, firstValueFrom, lastValueFrom, type Observable, tap, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { withLiveness } from '../../src/liveness.js';
import { openSocket } from '../../src/node/open-socket.js';
import type { SocketEvent } from '../../src/providers/provider.js';
import { startSimulator } from '../../src/simulator/simulator.js';

const quick = withLiveness(openSocket, { everyMs: 200, deadlineMs: 400 });
const all = (event$: Observable<SocketEvent>): Promise<SocketEvent[]> => lastValueFrom(event$.pipe(toArray()));
const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
const sockets = (): number => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;

describe('withLiveness over real sockets', () => {
  it('measures how long a pong takes', async () => {
    await using simulator = await startSimulator();
    const pong = await firstValueFrom(
      quick({ url: `${simulator.url}?model=gpt-realtime` }).pipe(filter(({ type }) => type === 'pong')),
    );
    expect(pong).toEqual({ type: 'pong', data: '', rttMs: expect.any(Number) });
    expect((pong as { rttMs: number }).rttMs).toBeGreaterThan(0);
    expect((pong as { rttMs: number }).rttMs).toBeLessThan(400);
  });

  it('keeps a link on which nobody says anything', async () => {
    await using simulator = await startSimulator();
    let pongs = 0;
    const fifth$ = quick({ url: `${simulator.url}?model=gpt-realtime` }).pipe(
      tap(({ type }) => expect(type).not.toBe('close')),
      filter(({ type }) => type === 'pong' && ++pongs === 5),
    );
    expect(await firstValueFrom(fifth$)).toMatchObject({ type: 'pong' });
  });

  it.each(['half_open', 'stop_reading'] as const)('notices the fault %s of the simulator, and leaves nothing', async (type) => {
    {
      await using simulator = await startSimulator({ faults: [{ type, on: 'session.created' }] });
      const types = all(quick({ url: `${simulator.url}?model=gpt-realtime` })).then((events) =>
        events.map((event) => event.type),
      );
      expect(await types).toEqual(['open', 'message', 'close']);
    }
    await expect.poll(() => ({ timers: timers(), sockets: sockets() })).toEqual({ timers: 0, sockets: 0 });
  });

  it('says why', async () => {
    await using simulator = await startSimulator({ faults: [{ type: 'half_open', on: 'session.created' }] });
    const ends$ = quick({ url: `${simulator.url}?model=gpt-realtime` }).pipe(filter(({ type }) => type === 'close'));
    expect(await lastValueFrom(ends$)).toEqual({ type: 'close', code: 1006, reason: 'heartbeat' });
  });
});
