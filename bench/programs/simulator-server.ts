import { startSimulator } from '../../src/simulator/simulator.js';
import type { Told } from './ws-server.js';

// The simulator, told to answer at once.

const { port } = await startSimulator({ pace: 'instant', voice: 'built-in', respond: () => ({ text: 'Yes.' }) });
process.send?.({ port } satisfies Told);
process.on('disconnect', () => process.exit());
