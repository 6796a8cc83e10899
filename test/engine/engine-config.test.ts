import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configFields, voices } from '../../src/engine/config-fields.js';
import { engineSettings, type VoiceEngineConfig } from '../../src/engine/engine-config.js';
import { SessionPresets } from '../../src/engine/session-presets.js';
import type { ConfigError } from '../../src/errors.js';
import { openai } from '../../src/providers/openai.js';
import { tool } from '../../src/tool.js';

const now = tool({ name: 'now', description: '', parameters: { type: 'object' }, run: () => '' });
const provider = openai({ apiKey: 'sk-test' });
/** The lines of the error that a configuration is refused with. */
const refusal = (config: unknown): readonly string[] => {
  try {
    engineSettings(config);
  } catch (error) {
    const { _tag, code, message } = error as ConfigError;
    expect({ _tag, code }).toEqual({ _tag: 'ConfigError', code: 'invalid_config' });
    return message.replace('VoiceEngineConfig: ', '').split('\n');
  }
  return [];
};

describe('engineSettings', () => {
  it('fills in all defaults', () => {
    expect(engineSettings({})).toEqual({
      provider: 'openai',
      enableMultiProvider: false,
      providers: [],
      model: 'gpt-realtime-2.1',
      voice: 'alloy',
      sampleRate: 24_000,
      chunkDurationMs: 20,
      echoCancellation: false,
      vadEnabled: true,
      vadType: 'client',
      vadThreshold: 0.02,
      vadAdaptive: true,
      vadSpeechStartMs: 100,
      vadSpeechEndMs: 500,
      preRollMs: 300,
      latencyMode: 'balanced',
      enableTranscription: false,
      enableFunctions: false,
      tools: [],
      switchTriggers: { functionCalls: true, transcription: true, audioProcessing: true, multimodal: true, keywords: [] },
      isTriggered: false,
      switchThresholdMs: 100,
      switchCooldownMs: 500,
      bigLaneTimeoutMs: 5000,
      onBigLaneTimeout: 'background',
      predictiveSwitching: true,
      predictionConfidence: 0.7,
      preferFastLane: true,
      logLevel: 'info',
      saveAudio: false,
      audioSavePath: './recordings',
      metadata: {},
      session: {},
    });
  });

  it('takes what is given, and undefined for not given', () => {
    const given = { model: 'gpt-realtime', vadSpeechEndMs: 800, instructions: 'x', metadata: { endpoint: 'wss://x' } } as const;
    expect(engineSettings({ ...given, language: undefined, preRollMs: undefined })).toEqual({ ...engineSettings({}), ...given });
  });

  it('names all that is wrong in one error, a line each', () => {
    expect(refusal({ vadThreshold: 3, mode: 'quick', sampleRate: 24_000.5, tools: {}, budgetUsd: 0, onError: null })).toEqual([
      'vadThreshold: must be 0 to 1, got 3',
      "mode: must be fast, big, dynamic or provider, got 'quick'",
      'sampleRate: must be 8000 to 192000, got 24000.5',
      'tools: must be a list of tools, each made with tool(), got an object',
      'budgetUsd: must be above 0, got 0',
      'onError: must be a function, got null',
    ]);
  });

  it('names unknown fields, with the nearest one that there is', () => {
    expect(refusal({ vadTreshold: 0.1, latencymode: 'quality', colour: 'red' })).toEqual([
      'vadTreshold: unknown; did you mean vadThreshold?',
      'latencymode: unknown; did you mean latencyMode?',
      'colour: unknown',
    ]);
  });

  it('looks into switchTriggers, session and translate', () => {
    const config = {
      switchTriggers: { keyword: ['x'], business: 1 },
      session: { speed: 9, noiseReduction: 'far' },
      translate: { to: 'Spanish' },
    };
    expect(refusal(config)).toEqual([
      'switchTriggers.keyword: unknown; did you mean switchTriggers.keywords?',
      'switchTriggers.business: must be a function, got a number',
      'session.speed: must be 0.25 to 1.5, got 9',
      "session.noiseReduction: must be near_field or far_field, or null, got 'far'",
      "translate.to: must be two letters of ISO 639-1, such as 'es', got 'Spanish'",
    ]);
    expect(refusal({ translate: {} })).toHaveLength(1);
  });

  it('never quotes a key, wherever it stands', () => {
    const key = 'sk-proj-abcdefghijkl';
    const configs = [key, { apiKey: [key] }, { provider: key }, { [key]: true }, { voice: key }, { model: [key] }];
    for (const config of configs) expect(refusal(config).join()).toMatch(/^(?!.*proj).+/);
  });

  it.each([null, undefined, 7, 'x'])('refuses %s for a configuration', (config) => {
    expect(refusal(config)).toEqual(['must be an object']);
  });

  it('says of any value but the right ones what is wrong, and throws nothing else', () => {
    const names = Object.keys(configFields);
    fc.assert(
      fc.property(fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), fc.anything()), (config) => {
        for (const line of refusal(config)) expect(line).toMatch(/: (must|unknown|is mode)/);
      }),
    );
  });

  it('knows mode as strategyMode, too, but not both', () => {
    expect(engineSettings({ strategyMode: 'big' }).mode).toBe('big');
    expect(engineSettings({ strategyMode: 'big', mode: 'big' }).mode).toBe('big');
    expect(refusal({ strategyMode: 'big', mode: 'fast' })).toEqual(['strategyMode: is mode by another name; give one of them']);
  });

  it('refuses a voice that the service does not have, and lists those that it has', () => {
    expect(refusal({ voice: 'nova' })).toEqual([
      "voice: must be alloy, ash, ballad, coral, echo, sage, shimmer, verse, marin or cedar, got 'nova'",
    ]);
    expect(refusal({ provider: 'azure', session: { voice: 'nova' } })[0]).toMatch(/^session.voice: must be alloy/);
    for (const voice of voices) expect(engineSettings({ voice }).voice).toBe(voice);
  });

  it('leaves the voice to services that it does not know', () => {
    expect(engineSettings({ voice: 'eve', provider }).voice).toBe('eve');
    expect(engineSettings({ voice: 'eve', metadata: { endpoint: 'wss://api.example.com' } }).voice).toBe('eve');
    expect(engineSettings({ provider })).not.toHaveProperty('voice');
  });

  it('takes the log level in any case', () => {
    expect(engineSettings({ logLevel: 'WARN' }).logLevel).toBe('warn');
    expect(refusal({ logLevel: 'loud' })).toHaveLength(1);
  });

  it('has functions enabled where there are tools', () => {
    expect(engineSettings({ tools: [now] }).enableFunctions).toBe(true);
    expect(engineSettings({ tools: [now], enableFunctions: false }).enableFunctions).toBe(true);
    expect(engineSettings({ enableFunctions: true }).enableFunctions).toBe(true);
  });

  it('sends 10 ms at a time in ultra_low, unless told otherwise', () => {
    expect(engineSettings({ latencyMode: 'ultra_low' }).chunkDurationMs).toBe(10);
    expect(engineSettings({ latencyMode: 'ultra_low', chunkDurationMs: 40 }).chunkDurationMs).toBe(40);
    expect(refusal({ chunkDurationMs: 5 })).toEqual(['chunkDurationMs: must be 10 to 200, got 5']);
  });

  it('gives the threshold of the service where that listens', () => {
    expect(engineSettings({ vadType: 'server' }).vadThreshold).toBe(0.5);
    expect(engineSettings({ vadType: 'server', vadThreshold: 0.8 }).vadThreshold).toBe(0.8);
    expect(engineSettings({ vadModel: () => 1 }).vadThreshold).toBe(0.5);
  });

  it.each<[VoiceEngineConfig, object]>([
    [{ session: SessionPresets.CONVERSATION }, { vadEnabled: true, vadType: 'semantic' }],
    [{ session: SessionPresets.TRANSLATION }, { vadEnabled: true, vadType: 'server' }],
    [{ session: SessionPresets.PUSH_TO_TALK }, { vadEnabled: false, vadType: 'client' }],
    [
      { session: SessionPresets.PUSH_TO_TALK, vadType: 'client' },
      { vadEnabled: true, vadType: 'client' },
    ],
    [
      { session: SessionPresets.CONVERSATION, vadType: 'client' },
      { vadEnabled: true, vadType: 'client' },
    ],
  ])('takes who ends turns from the session where it is not told (%#)', (config, expected) => {
    expect(engineSettings(config)).toMatchObject(expected);
  });

  it('demands providers where there are to be several', () => {
    expect(refusal({ enableMultiProvider: true })).toEqual(['providers: must hold a Provider where enableMultiProvider is true']);
    expect(engineSettings({ enableMultiProvider: true, providers: [provider] }).providers).toEqual([provider]);
  });
});
