import type { VoiceEngineConfig } from '../../src/engine/engine-config.js';
import type { EngineEvent } from '../../src/engine/engine-event.js';
import type { Platform } from '../../src/engine/platform.js';
import { VoiceEngine } from '../../src/engine/voice-engine.js';
import { nodePlatform } from '../../src/node/node-platform.js';
import { type Simulator, type SimulatorConfig, startSimulator } from '../../src/simulator/index.js';
import { mock } from '../../src/simulator/mock.js';

/** An engine and a simulator for it, over real sockets. */
export interface EngineRun extends AsyncDisposable {
  readonly engine: VoiceEngine;
  readonly service: Simulator;
  /** All that was told, in order. */
  readonly seen: readonly EngineEvent[];
  /** The next event of this type. */
  next<Type extends EngineEvent['type']>(type: Type): Promise<Extract<EngineEvent, { readonly type: Type }>>;
}

/** Whom engines are tried with: a server over sockets, and the same sessions within the process. */
export const services = ['simulator', 'mock'] as const;

export interface EngineRunConfig {
  /** @default 'simulator' */
  readonly service?: (typeof services)[number];
  readonly engine?: VoiceEngineConfig;
  readonly simulator?: SimulatorConfig;
  readonly platform?: Partial<Platform>;
}

/** Starts both; the engine is not connected. */
export const engineRun = async ({
  service: kind,
  engine: config,
  simulator,
  platform,
}: EngineRunConfig = {}): Promise<EngineRun> => {
  const service = await startSimulator({ pace: 'instant', voice: 'built-in', ...simulator });
  const { openSocket, closed$ } = nodePlatform();
  const { script = [], respond, pace = 'instant' } = simulator ?? {};
  const who: VoiceEngineConfig =
    kind === 'mock'
      ? { provider: mock({ script, pace, ...(respond ? { respond } : {}) }) }
      : { provider: 'simulator', metadata: { endpoint: service.url } };
  const engine = new VoiceEngine({ ...who, ...config }, { openSocket, ...(closed$ ? { closed$ } : {}), ...platform });
  const seen: EngineEvent[] = [];
  engine.events.on('*', (event) => seen.push(event));
  return {
    engine,
    service,
    seen,
    next: (type) => new Promise((resolve) => engine.events.once(type as never, resolve as never)),
    [Symbol.asyncDispose]: async () => {
      await engine.disconnect();
      await service.close();
    },
  };
};
