import { startSimulator } from '../../src/simulator/simulator.js';
import type { Told } from './ws-server.js';

/** What the process that forked this one is told whenever it asks. */
export interface Cost {
  /** Of all threads and the kernel, since the process began, in microseconds. */
  readonly cpuMicros: number;
  /** Bytes. */
  readonly rss: number;
  /** Connections that are open. */
  readonly connections: number;
}

// The simulator as it comes, and what it costs.

const simulator = await startSimulator({ voice: 'built-in' });
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  const { connections } = simulator;
  process.send?.({ cpuMicros: user + system, rss: process.memoryUsage.rss(), connections } satisfies Cost);
});
process.send?.({ port: simulator.port } satisfies Told);
process.on('disconnect', () => process.exit());
