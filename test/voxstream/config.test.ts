import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConfigError } from '../../src/errors.js';
import { optimizations } from '../../src/voxstream/optimizations.js';
import { streamSettings } from '../../src/voxstream/stream-config.js';
import { streamFields } from '../../src/voxstream/stream-fields.js';
import { VoxStream } from '../../src/voxstream/vox-stream.js';

/** The lines of the error that something is refused with. */
const refusal = (act: () => unknown): readonly string[] => {
  try {
    act();
  } catch (error) {
    const { _tag, code, message } = error as ConfigError;
    expect({ _tag, code }).toEqual({ _tag: 'ConfigError', code: 'invalid_config' });
    return message.replace(/^\w+: /, '').split('\n');
  }
  return [];
};
const refused = (config: unknown): readonly string[] => refusal(() => new VoxStream(config as object));

describe('StreamConfig', () => {
  it('has all defaults', () => {
    expect(streamSettings({})).toEqual({
      sampleRate: 24_000,
      channels: 1,
      chunkDurationMs: 20,
      format: 'pcm16',
      optimizeFor: 'balanced',
      mode: 'natural',
      isLocal: false,
      microphone: undefined,
    });
  });

  it('takes what is given, undefined for not given, and what optimizeFor sets where it is not', () => {
    const config = { sampleRate: 8000, channels: 2, chunkDurationMs: 100, format: 'mulaw' } as const;
    expect(streamSettings({ config, optimizeFor: 'latency' })).toMatchObject({ ...config, optimizeFor: 'latency' });
    expect(streamSettings({ config: { sampleRate: undefined }, mode: undefined })).toEqual(streamSettings({}));
    for (const optimizeFor of ['latency', 'balanced', 'quality'] as const) {
      const { chunkDurationMs } = optimizations[optimizeFor];
      expect(streamSettings({ optimizeFor })).toMatchObject({ optimizeFor, chunkDurationMs });
      expect(streamSettings({ config: { optimizeFor } })).toMatchObject({ optimizeFor, chunkDurationMs });
    }
  });

  it('names all that is wrong in one error, a line each, and unknown fields with the nearest name', () => {
    expect(
      refused({
        config: { sampleRate: 4000, channels: 3, chunkDurationMs: 5, format: 'mp3', samplerate: 1 },
        optimiseFor: 'latency',
        mode: 'loud',
        microphone: {},
      }),
    ).toEqual([
      'config.sampleRate: must be 8000 to 192000, got 4000',
      'config.channels: must be 1 or 2, got 3',
      'config.chunkDurationMs: must be 10 to 200, got 5',
      "config.format: must be pcm16, float32, pcm8, mulaw or alaw, got 'mp3'",
      'config.samplerate: unknown; did you mean config.sampleRate?',
      'optimiseFor: unknown; did you mean optimizeFor?',
      "mode: must be natural, formal, rapid or local_mic, got 'loud'",
      'microphone: must be a function, got an object',
    ]);
    expect(refused(null)).toEqual(['must be an object, got null']);
    expect(refused(7)).toEqual(['must be an object, got a number']);
  });

  it('knows optimizeFor in two places, but not twice', () => {
    expect(refused({ optimizeFor: 'latency', config: { optimizeFor: 'quality' } })).toEqual([
      'optimizeFor: is config.optimizeFor by another name; give one of them',
    ]);
    expect(refused({ optimizeFor: 'latency', config: { optimizeFor: 'latency' } })).toEqual([]);
  });

  it('says of any value but the right ones what is wrong, and throws nothing else', () => {
    const names = Object.keys(streamFields);
    fc.assert(
      fc.property(fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), fc.anything()), (config) => {
        for (const line of refused(config)) expect(line).toMatch(/: (must|unknown|is config)/);
      }),
    );
  });
});

describe('VADConfig', () => {
  it('names all that is wrong', () => {
    const stream = new VoxStream();
    expect(
      refusal(() =>
        stream.configureVad({
          sensitivity: 2,
          speechStartMs: -1,
          speechEndMs: Number.NaN,
          preSpeechBufferMs: 1e6,
          model: 'silero' as 'energy',
          threshold: 1,
        } as object),
      ),
    ).toEqual([
      'sensitivity: must be 0 to 1, got 2',
      'speechStartMs: must be 0 to 60000, got -1',
      'speechEndMs: must be 0 to 60000, got NaN',
      'preSpeechBufferMs: must be 0 to 10000, got 1000000',
      "model: must be 'energy', or a model such as await silero(), got a string",
      'threshold: unknown',
    ]);
    expect(refusal(() => stream.configureVad(null as never))).toHaveLength(1);
  });
});
