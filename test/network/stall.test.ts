import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startSimulator } from '../../src/simulator/simulator.js';
import { startClient } from './start-client.js';
import { startProxy } from './tcp-proxy.js';

describe('row 32: the event loop stands still', () => {
  it.each([100, 500, 5000])('for %i ms: a link that is well survives, and the stall is told', async (ms) => {
    await using service = await startSimulator();
    using way = await startProxy(service.url, { delayMs: 200 });
    await using client = await startClient(way.url);
    await client.next('pong');
    // Between ping and pong: the pong is there, and unread, when the loop goes on.
    await client.next('ping');
    const stalled = client.next('diagnostic.stalled');
    client.tell(`stall ${ms}`);
    expect((await stalled).ms).toBeGreaterThan(ms - 30);
    // Longer than it would take to notice a dead link.
    await wait(4500);
    expect(client.said.filter(({ type }) => type === 'connection.lost')).toEqual([]);
    expect(client.count('pong')).toBeGreaterThan(2);
    expect(service.connections).toBe(1);
  });
});

describe('row 33: the process is stopped for longer than the heartbeat', () => {
  const stopped = async (process: { kill(signal: NodeJS.Signals): boolean }, meanwhile: () => void): Promise<number> => {
    process.kill('SIGSTOP');
    meanwhile();
    await wait(6000);
    process.kill('SIGCONT');
    return performance.now();
  };

  it('a link that is well survives, and is asked at once', async () => {
    await using service = await startSimulator();
    await using client = await startClient(service.url);
    await client.next('pong');
    const wokeAt = await stopped(client.process, () => undefined);
    expect((await client.next('pong')).atMs - wokeAt).toBeLessThan(1000);
    await wait(3000);
    expect(client.count('connection.lost')).toBe(0);
    expect(service.connections).toBe(1);
  });

  it.each([100, 1990])(
    'a link that died meanwhile is noticed within 2 s of waking, when stopped %i ms after a pong',
    async (ms) => {
      await using service = await startSimulator();
      using way = await startProxy(service.url);
      await using client = await startClient(way.url);
      await client.next('pong');
      await wait(ms);
      const wokeAt = await stopped(client.process, () => way.freeze());
      const lost = await client.next('connection.lost');
      expect(lost).toMatchObject({ closeCode: 1006 });
      expect(lost.atMs - wokeAt).toBeLessThan(2000);
    },
  );
});
