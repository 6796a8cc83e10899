import { startSimulator } from '../../src/simulator/simulator.js';
import type { Told } from './ws-server.js';

// The simulator, told to answer at once; to whom wants words it tells some that lead to the big lane.

const { port } = await startSimulator({
  pace: 'instant',
  voice: 'built-in',
  transcribe: () => "What's the weather in Tokyo?",
  respond: () => ({ text: 'Yes.' }),
});
process.send?.({ port } satisfies Told);
process.on('disconnect', () => process.exit());
