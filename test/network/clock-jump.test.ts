import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startSimulator } from '../../src/simulator/simulator.js';
import { startClient } from './start-client.js';

const hasFaketime = spawnSync('faketime', ['--version']).status === 0;
const hourMs = 3_600_000;

describe.skipIf(!hasFaketime)('row 31: the clock jumps', () => {
  it('an hour ahead and an hour back: the link stays, and no latency is negative', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rxvox-'));
    const file = join(folder, 'time');
    const jump = (by: string): void => writeFileSync(file, by);
    try {
      jump('+0');
      await using service = await startSimulator();
      // The monotonic clock does not jump with it. FAKETIME itself would win over the file.
      const env = { FAKETIME_TIMESTAMP_FILE: file, FAKETIME_NO_CACHE: '1', FAKETIME_DONT_FAKE_MONOTONIC: '1' };
      await using client = await startClient(service.url, { through: ['faketime', '-f', '+0', 'env', '-u', 'FAKETIME'], env });
      const wallOf = async (): Promise<number> => {
        const answer = client.next('clock');
        client.tell('clock');
        const { wall, monotonic } = await answer;
        return Number(wall) - Number(monotonic);
      };
      const before = await wallOf();
      for (const [by, expected] of [
        ['+1h', hourMs],
        ['-1h', -hourMs],
      ] as const) {
        await client.next('pong');
        jump(by);
        expect((await wallOf()) - before).toBeGreaterThan(expected - 5000);
        expect((await wallOf()) - before).toBeLessThan(expected + 5000);
        await wait(4500);
      }
      expect(client.said.find(({ type }) => type === 'connection.established')?.latencyMs).toBeGreaterThan(0);
      expect(client.count('connection.lost')).toBe(0);
      expect(client.said.filter(({ type, ms }) => type === 'diagnostic.stalled' && Number(ms) > 60_000)).toEqual([]);
      expect(client.count('pong')).toBeGreaterThan(3);
      expect(service.connections).toBe(1);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
