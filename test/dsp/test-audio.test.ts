import { describe, expect, it } from 'vitest';
import { type AudioFrame, type Hertz, samplesIn, type VadState } from '../../src/audio.js';
import { energyVad } from '../../src/dsp/energy-vad.js';
import { levelOf } from '../../src/dsp/level.js';
import { modelVad } from '../../src/dsp/model-vad.js';
import { silero } from '../../src/dsp/silero/silero.js';
import { type TestAudioConfig, type TestPattern, testAudio } from '../../src/dsp/test-audio.js';

const rates: readonly Hertz[] = [8000, 16_000, 24_000, 44_100, 48_000];
const seeds = [1, 2, 3, 4, 5];

/** What the energy VAD says of every 20 ms. */
const heard = ({ samples, sampleRate }: AudioFrame): readonly VadState[] => {
  const detect = energyVad()();
  const size = samplesIn(20, sampleRate);
  return Array.from({ length: Math.floor(samples.length / size) }, (_, i) => {
    const position = i * size;
    return detect({ samples: samples.subarray(position, position + size), sampleRate, position }).vad;
  });
};
const shareOf = (states: readonly VadState[], ...wanted: readonly VadState[]): number =>
  states.filter((state) => wanted.includes(state)).length / states.length;

describe('testAudio', () => {
  it('gives a second of speech at 24 kHz, unless told otherwise', () => {
    const { samples, sampleRate, position } = testAudio();
    expect({ length: samples.length, sampleRate, position }).toEqual({ length: 24_000, sampleRate: 24_000, position: 0 });
    expect(testAudio({ pattern: 'speech', seed: 1 }).samples).toEqual(samples);
  });

  it.each(['speech', 'silence', 'noise', 'mixed', 'tone'] as const)('gives %s of any length and rate', (pattern) => {
    for (const sampleRate of rates)
      for (const durationMs of [0, 1, 33, 250])
        expect(testAudio({ durationMs, pattern, sampleRate }).samples).toHaveLength(samplesIn(durationMs, sampleRate));
  });

  it.each(['speech', 'noise', 'mixed'] as const)('gives the same %s for the same seed, and another for another', (pattern) => {
    const of = (seed: number) => testAudio({ pattern, seed }).samples;
    expect(of(3)).toEqual(of(3));
    expect(new Set(seeds.map((seed) => of(seed).join())).size).toBe(seeds.length);
  });

  it.each<readonly [TestPattern, number]>([
    ['speech', 0.1],
    ['silence', 0],
    ['noise', 0.01],
    ['tone', 0.1],
  ])('is as loud as it says: %s %d', (pattern, level) => {
    // A voice pauses, which takes a little of its level.
    for (const seed of seeds)
      expect(Math.abs(levelOf(testAudio({ pattern, seed }).samples) - level)).toBeLessThanOrEqual(level / 8);
  });

  it('never reaches full scale', () => {
    const peaks = seeds.map((seed) =>
      testAudio({ durationMs: 3000, seed }).samples.reduce((most, x) => Math.max(most, Math.abs(x)), 0),
    );
    expect(Math.max(...peaks)).toBeLessThan(30_000);
  });

  it.each(rates)('speaks so that the energy VAD hears speech, at %d Hz', (sampleRate) => {
    for (const seed of seeds) {
      const states = heard(testAudio({ durationMs: 5000, seed, sampleRate }));
      expect(shareOf(states, 'speech', 'speech_ending')).toBeGreaterThan(0.95);
      expect(shareOf(states, 'speech')).toBeGreaterThan(0.7);
    }
  });

  it('speaks so that silero hears speech, at any rate, and nothing else of it is speech to it', async () => {
    const model = await silero();
    const share = (config: TestAudioConfig): number => {
      const detect = modelVad(model, { speechStartMs: 0, speechEndMs: 0 })();
      const { samples, sampleRate } = testAudio({ durationMs: 3000, ...config });
      const size = samplesIn(20, sampleRate);
      const states = Array.from({ length: 150 }, (_, i) => {
        const position = i * size;
        return detect({ samples: samples.subarray(position, position + size), sampleRate, position }).vad;
      });
      return shareOf(states, 'speech');
    };
    for (const seed of seeds) for (const sampleRate of rates) expect(share({ seed, sampleRate })).toBeGreaterThan(0.75);
    for (const pattern of ['silence', 'noise', 'tone'] as const) expect(share({ pattern })).toBe(0);
    expect(Math.abs(share({ pattern: 'mixed' }) - 0.5)).toBeLessThan(0.15);
  });

  it.each(['silence', 'noise'] as const)('is no speech to it in %s', (pattern) => {
    expect(shareOf(heard(testAudio({ durationMs: 5000, pattern })), 'silence')).toBe(1);
  });

  it('speaks every other half second of mixed, over noise', () => {
    const { samples } = testAudio({ durationMs: 3000, pattern: 'mixed' });
    const levels = Array.from({ length: 6 }, (_, i) => levelOf(samples.subarray(i * 12_000, (i + 1) * 12_000)));
    expect(levels.map((level) => (level > 0.05 ? 'speech' : Math.abs(level - 0.01) < 0.001 ? 'noise' : level))).toEqual([
      'noise',
      'speech',
      'noise',
      'speech',
      'noise',
      'speech',
    ]);
  });

  it.each<readonly [TestAudioConfig, string]>([
    [{ durationMs: -1 }, 'testAudio: durationMs must be 0 to 600000, got -1'],
    [{ durationMs: Number.NaN }, 'testAudio: durationMs must be 0 to 600000, got NaN'],
    [{ pattern: 'music' as 'noise' }, 'testAudio: pattern must be one of speech, silence, noise, mixed, tone, got music'],
    [{ seed: 1.5 }, 'testAudio: seed must be a whole number of 0 or more, got 1.5'],
    [{ sampleRate: 4000 }, 'testAudio: sampleRate must be a whole number from 8000 to 192000, got 4000'],
  ])('refuses %o', (config, message) => {
    expect(() => testAudio(config)).toThrow(new RangeError(message));
  });
});
