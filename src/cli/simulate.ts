import { once } from 'node:events';
import type { Fault } from '../faults/fault.js';
import type { Pace } from '../simulator/pace.js';
import { readScript } from '../simulator/script.js';
import { startSimulator } from '../simulator/simulator.js';
import type { SimulatorConfig } from '../simulator/simulator-config.js';
import type { VoiceName } from '../simulator/speech/voice.js';

export interface SimulateOptions {
  readonly port: number;
  readonly host: string;
  readonly pace: Pace;
  readonly voice?: VoiceName;
  readonly script?: string;
  readonly replay?: string;
  readonly fault: readonly Fault[];
  readonly seed?: number;
  readonly sessionSeconds?: number;
}

const configOf = async (options: SimulateOptions, seed: number): Promise<SimulatorConfig> => {
  const { port, host, pace, voice, script, replay, fault, sessionSeconds } = options;
  return {
    port,
    host,
    pace,
    faults: fault,
    seed,
    ...(voice === undefined ? {} : { voice }),
    ...(script === undefined ? {} : { script: await readScript(script) }),
    ...(replay === undefined
      ? {}
      : { replay: { file: replay, onMismatch: ({ message }: { readonly message: string }) => console.error(message) } }),
    ...(sessionSeconds === undefined ? {} : { sessionMs: sessionSeconds * 1000 }),
  };
};

/** Serves until SIGINT or SIGTERM. Without a seed it takes one and prints it, so that the run can be repeated. */
export const simulate = async (options: SimulateOptions): Promise<void> => {
  const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  const { seed = Math.floor(Math.random() * 1_000_000), fault, replay } = options;
  await using simulator = await startSimulator(await configOf(options, seed));
  const { url, voice } = simulator;
  console.log(replay === undefined ? `simulator (${voice} voice) on ${url}` : `replay of ${replay} on ${url}`);
  console.log(`  try: rxvox talk --url ${url}`);
  if (fault.length > 0) console.log(`  faults: ${fault.map(({ type }) => type).join(', ')}; again with --seed ${seed}`);
  await stopped;
};
