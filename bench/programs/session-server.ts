import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { startSimulator } from '../../src/simulator/simulator.js';
import type { Told } from './ws-server.js';

/** What the process that forked this one is told whenever it asks. */
export interface Cost {
  /** Of all threads and the kernel, since the process began, in microseconds. */
  readonly cpuMicros: number;
  /** Bytes, of the process. */
  readonly rss: number;
  /** Bytes that are in use, after a garbage collection. */
  readonly live: number;
  /** Connections that are open. */
  readonly connections: number;
}

// The simulator as it comes, and what it costs.

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const simulator = await startSimulator({ voice: 'built-in' });

const cost = (): Cost => {
  const { user, system } = process.cpuUsage();
  const { rss } = process.memoryUsage();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return { cpuMicros: user + system, rss, live: heapUsed + external, connections: simulator.connections };
};

process.on('message', () => process.send?.(cost()));
process.send?.({ port: simulator.port } satisfies Told);
process.on('disconnect', () => process.exit());
