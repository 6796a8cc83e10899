import type { VoiceEngineConfig } from '../engine/engine-config.js';
import type { Platform } from '../engine/platform.js';
import { VoiceEngine as PortableEngine } from '../engine/voice-engine.js';
import { nodePlatform } from './node-platform.js';

/**
 * Parts of the platform that are to be others: a WAV file as the microphone, say. A part that is undefined is not there: with
 * `{ loudspeaker: undefined }` no device is opened, and audio is told in events, as a server needs it.
 */
export type PlatformParts = Partial<Pick<Platform, 'openSocket'>> & {
  readonly [Part in Exclude<keyof Platform, 'openSocket'>]?: Platform[Part] | undefined;
};

/**
 * A voice assistant as one object, with the devices and sockets of Node: see `VoiceEngine` of `rxvox`.
 *
 * The key is `OPENAI_API_KEY` unless the configuration has one.
 */
export class VoiceEngine extends PortableEngine {
  /** @throws ConfigError on call, which names each field that cannot be used, and fields that there are not. */
  constructor(config: VoiceEngineConfig = {}, parts: PlatformParts = {}) {
    // A part that is undefined is to the engine as one that is missing.
    super(config, { ...nodePlatform(), ...parts } as Platform);
  }

  /** Makes an engine and connects it: `await using engine = await VoiceEngine.open(…)`. Rejects as `connect` does. */
  static override async open(config: VoiceEngineConfig = {}, parts: PlatformParts = {}): Promise<VoiceEngine> {
    const engine = new VoiceEngine(config, parts);
    await engine.connect();
    return engine;
  }

  /** An engine with nothing but a key. */
  static override createSimple(key: string | { readonly apiKey: string }, parts: PlatformParts = {}): VoiceEngine {
    return new VoiceEngine(typeof key === 'string' ? { apiKey: key } : { apiKey: key.apiKey }, parts);
  }
}
