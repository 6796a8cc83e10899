import type { VoiceEngineConfig } from '../engine/engine-config.js';
import type { Platform } from '../engine/platform.js';
import { VoiceEngine as PortableEngine } from '../engine/voice-engine.js';
import { nodePlatform } from './node-platform.js';

/**
 * A voice assistant as one object, with the devices and sockets of Node: see `VoiceEngine` of `rxvox`.
 *
 * The key is `OPENAI_API_KEY` unless the configuration has one.
 */
export class VoiceEngine extends PortableEngine {
  /**
   * @param platform Parts of the platform that are to be others: a WAV file as the microphone, say.
   * @throws ConfigError on call, which names each field that cannot be used, and fields that there are not.
   */
  constructor(config: VoiceEngineConfig = {}, platform: Partial<Platform> = {}) {
    super(config, { ...nodePlatform(), ...platform });
  }

  /** Makes an engine and connects it: `await using engine = await VoiceEngine.open(…)`. Rejects as `connect` does. */
  static override async open(config: VoiceEngineConfig = {}, platform: Partial<Platform> = {}): Promise<VoiceEngine> {
    const engine = new VoiceEngine(config, platform);
    await engine.connect();
    return engine;
  }

  /** An engine with nothing but a key. */
  static override createSimple(key: string | { readonly apiKey: string }, platform: Partial<Platform> = {}): VoiceEngine {
    return new VoiceEngine(typeof key === 'string' ? { apiKey: key } : { apiKey: key.apiKey }, platform);
  }
}
