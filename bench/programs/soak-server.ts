import type { Fault } from '../../src/faults/fault.js';
import { startSimulator } from '../../src/simulator/simulator.js';
import type { Told } from './ws-server.js';

// The simulator with a service's bad days: connections that are refused, turned away, closed, destroyed, silent or slow.

const { seed } = JSON.parse(process.argv[2] ?? '{}') as { readonly seed: number };
const faults: readonly Fault[] = [
  { type: 'refuse', probability: 0.08 },
  { type: 'http', status: 503, probability: 0.05 },
  { type: 'http', status: 429, retryAfter: 1, probability: 0.03 },
  { type: 'destroy', on: 'response.output_audio.delta', probability: 0.006 },
  { type: 'destroy', on: 'input_audio_buffer.committed', probability: 0.03 },
  { type: 'close', code: 1011, on: 'response.*', probability: 0.003 },
  { type: 'close', code: 1012, on: 'response.created', probability: 0.03 },
  { type: 'half_open', on: 'response.created', probability: 0.02 },
  { type: 'delay', on: '*', ms: 20, jitterMs: 200, probability: 0.01 },
];
const { port } = await startSimulator({
  seed,
  faults,
  voice: 'built-in',
  respond: ({ index, toolResults }) =>
    index % 4 === 3 && toolResults.length === 0 ? { toolCalls: [{ name: 'look' }] } : { text: 'Yes, of course.' },
});
process.send?.({ port } satisfies Told);
process.on('disconnect', () => process.exit());
