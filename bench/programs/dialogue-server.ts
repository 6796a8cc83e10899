import { startSimulator } from '../../src/simulator/simulator.js';
import { script } from './dialogue.js';
import type { Told } from './ws-server.js';

// The simulator, told the dialogue; it answers at once.

const { port } = await startSimulator({ pace: 'instant', voice: 'built-in', script });
process.send?.({ port } satisfies Told);
process.on('disconnect', () => process.exit());
