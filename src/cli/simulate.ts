import { once } from 'node:events';
import { startSimulator } from '../simulator/simulator.js';

/** Serves until SIGINT or SIGTERM. */
export const simulate = async ({ port, host }: { readonly port: number; readonly host: string }): Promise<void> => {
  const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await using simulator = await startSimulator({ port, host });
  console.log(`simulator (${simulator.voice} voice) on ${simulator.url}`);
  console.log(`  try: rxvox talk --url ${simulator.url}`);
  await stopped;
};
