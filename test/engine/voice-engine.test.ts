import { firstValueFrom, map, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { VoiceEngine, type VoiceEngineConfig } from '../../src/engine/voice-engine.js';
import { nodePlatform } from '../../src/node/node-platform.js';
import { type SimulatorConfig, startSimulator } from '../../src/simulator/index.js';

const started = async (config: VoiceEngineConfig = {}, simulator: SimulatorConfig = {}) => {
  const service = await startSimulator({ pace: 'at once', voice: 'built-in', ...simulator } as SimulatorConfig);
  const engine = new VoiceEngine(
    { provider: 'simulator', metadata: { endpoint: service.url }, ...config },
    { openSocket: nodePlatform().openSocket },
  );
  return {
    engine,
    service,
    [Symbol.asyncDispose]: async () => {
      await engine.disconnect();
      await service.close();
    },
  };
};

describe('VoiceEngine', () => {
  it('connects, answers a text, and disconnects', async () => {
    await using run = await started();
    const { engine } = run;
    const seen: string[] = [];
    engine.events.on('*', ({ type }) => seen.push(type));
    await engine.connect();
    expect(engine.isConnected).toBe(true);
    const done = new Promise((resolve) => engine.events.once('turn.response_completed', resolve));
    await engine.sendText('hello');
    await done;
    await engine.disconnect();
    expect(engine.state).toBe('closed');
    console.log(seen.join(' '));
  });
});
