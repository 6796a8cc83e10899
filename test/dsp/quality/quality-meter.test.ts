import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signal } from '../../../marbles/index.js';
import { qualityMeter } from '../../../src/dsp/quality/quality-meter.js';
import type { QualityMetrics } from '../../../src/dsp/quality-metrics.js';
import { testAudio } from '../../../src/dsp/test-audio.js';
import { hasShared } from '../../shared.js';
import { activePower, pcm16, powerOf, recording, withPauses } from './shared-audio.js';

/** What a meter says of samples in chunks, the last ten seconds of them; `far` goes to the reference, in step. */
const measure = (
  samples: Int16Array,
  sampleRate: number,
  { far, chunk = sampleRate / 50 }: { readonly far?: Int16Array; readonly chunk?: number } = {},
): QualityMetrics => {
  const meter = qualityMeter();
  for (let position = 0; position < samples.length; position += chunk) {
    if (far) meter.reference({ samples: far.subarray(position, position + chunk), sampleRate, position });
    meter.hear({ samples: samples.subarray(position, position + chunk), sampleRate, position });
  }
  return meter.report();
};

const tone = (amplitude: number, length = 24_000): Int16Array =>
  Int16Array.from({ length }, (_, at) => Math.max(-32_768, Math.min(32_767, Math.round(amplitude * Math.sin(at / 7)))));

describe('qualityMeter', () => {
  it('tells level and peak of what came since the last report', () => {
    const meter = qualityMeter();
    meter.hear({ samples: tone(16_384), sampleRate: 24_000, position: 0 });
    const first = meter.report();
    expect(first.level).toBeCloseTo(0.5 / Math.SQRT2, 3);
    expect(first.peak).toBeCloseTo(0.5, 3);
    meter.hear({ samples: new Int16Array(4800), sampleRate: 24_000, position: 24_000 });
    expect(meter.report()).toMatchObject({ level: 0, peak: 0, clipping: 0 });
  });

  it('knows nothing of noise before somebody has spoken, and then is clean', () => {
    expect(qualityMeter().report()).toEqual({
      level: 0,
      peak: 0,
      clipping: 0,
      snrDb: undefined,
      speechRatio: 0,
      echoLikelihood: 0,
      lossPercent: 0,
      score: 1,
    });
    expect(measure(new Int16Array(240_000), 24_000).score).toBe(1);
  });

  it('goes by what a vad has said of the frames', () => {
    const meter = qualityMeter();
    for (let at = 0; at < 100; at++) {
      const frame = { samples: tone(8000, 480), sampleRate: 24_000, position: at * 480 };
      meter.hear({ ...frame, vad: at % 4 === 0 ? 'speech' : 'silence' });
    }
    expect(meter.report().speechRatio).toBe(0.25);
  });

  it.each([1.5, 2, 4, 8])('counts the samples that clip in speech %d times too loud', (gain) => {
    const speech = signal('s', { position: 0, length: 96_000, sampleRate: 24_000 });
    const loudest = speech.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    const loud = Float64Array.from(speech, (x) => (x / loudest) * 32_767 * gain);
    const truth = loud.filter((x) => Math.abs(x) >= 32_767).length / loud.length;
    const { clipping } = measure(pcm16(loud), 24_000);
    expect(clipping / truth).toBeGreaterThan(0.9);
    expect(clipping / truth).toBeLessThan(1.15);
  });

  it('takes no loud sound that just fits for clipped', () => {
    expect(
      measure(
        signal('s', { position: 0, length: 96_000 }).map((x) => x * 2),
        24_000,
      ).clipping,
    ).toBe(0);
    expect(
      measure(
        Int16Array.from({ length: 24_000 }, (_, at) => (at % 100 === 0 ? 32_767 : 0)),
        24_000,
      ).clipping,
    ).toBe(0);
  });

  it('says the same however the audio is cut', () => {
    const samples = Int16Array.of(
      ...new Int16Array(24_000),
      ...signal('s', { position: 0, length: 48_000 }),
      ...signal('n', { position: 0, length: 48_000 }),
    );
    const whole = measure(samples, 24_000);
    fc.assert(
      fc.property(fc.integer({ min: 50, max: 5000 }), (chunk) => {
        expect(measure(samples, 24_000, { chunk }).snrDb).toBeCloseTo(whole.snrDb ?? Number.NaN, 6);
      }),
      { numRuns: 20 },
    );
  });

  it.each([20, 10, 5, 0, -5])('estimates how far a voice stands above white noise: %d dB within 3 dB', (snr) => {
    const durationMs = 10_000;
    const voice = testAudio({ durationMs }).samples;
    const noise = testAudio({ durationMs, pattern: 'noise', seed: 7 }).samples;
    // A second of voice and half a second of pause; both softer, for nothing is to clip.
    const mixed = voice.map((x, at) => 0.2 * ((at % 36_000 < 24_000 ? x : 0) + 10 ** (1 - snr / 20) * (noise[at] ?? 0)));
    const samples = Int16Array.from(mixed);
    const meter = qualityMeter();
    for (let position = 0; position < samples.length; position += 480) {
      const frame = { samples: samples.subarray(position, position + 480), sampleRate: 24_000, position };
      meter.hear({ ...frame, vad: 'speech' });
    }
    expect(Math.abs((meter.report().snrDb ?? Number.NaN) - snr)).toBeLessThan(3);
  });

  it('takes empty frames, other rates and extremes', () => {
    const meter = qualityMeter();
    meter.hear({ samples: new Int16Array(0), sampleRate: 24_000, position: 0 });
    meter.hear({ samples: new Int16Array(8000).fill(-32_768), sampleRate: 8000, position: 77 });
    meter.hear({ samples: new Int16Array(48_000).fill(32_767), sampleRate: 48_000, position: 5 });
    const { level, peak, clipping, score } = meter.report();
    expect([level, peak, clipping]).toEqual([expect.closeTo(1, 3), 1, 1]);
    expect(score).toBeGreaterThan(0);
    expect(score).toBeLessThan(0.1);
  });
});

describe.skipIf(!hasShared)('qualityMeter on real audio', () => {
  const noises = ['noise-wind-16k.wav', 'noise-coffee-shop-16k.wav', 'noise-fireplace-16k.wav'] as const;

  const snrOf = (prompts: string, noiseName: string, snrDb: number, pauses = withPauses): number => {
    const { samples, sampleRate } = recording(prompts);
    const speech = pauses(samples, sampleRate).subarray(0, 10 * sampleRate);
    const noise = recording(noiseName).samples.subarray(16_000, 16_000 + speech.length);
    const gain = Math.sqrt(activePower(speech, sampleRate) / powerOf(noise) / 10 ** (snrDb / 10));
    // Headroom: clipping would be noise, too.
    const mixed = speech.map((x, at) => 0.25 * (x + gain * (noise[at] ?? 0)));
    return measure(pcm16(mixed), sampleRate).snrDb ?? Number.NaN;
  };

  it.each(['prompts-en-16k.wav', 'prompts-es-16k.wav'])(
    'estimates how far %s with pauses stands above noise: within 6 dB from 0 to 30 dB, and 8 dB at -5 dB',
    (prompts) => {
      for (const noise of noises) {
        for (const snr of [-5, 0, 5, 10, 15, 20, 30]) {
          const error = Math.abs(snrOf(prompts, noise, snr) - snr);
          expect(error, `${noise} at ${snr} dB`).toBeLessThan(snr < 0 ? 8 : 6);
        }
      }
    },
  );

  it.each(['prompts-en-16k.wav', 'prompts-es-16k.wav'])(
    'estimates it of %s as it was spoken, too: within 6 dB from 0 to 20 dB',
    (prompts) => {
      for (const noise of noises) {
        for (const snr of [0, 5, 10, 15, 20]) {
          const error = Math.abs(snrOf(prompts, noise, snr, (samples) => samples) - snr);
          expect(error, `${noise} at ${snr} dB`).toBeLessThan(6);
        }
      }
    },
  );

  it('hears more noise as less, and knows the bad from the good', () => {
    for (const noise of noises) {
      const estimates = [-5, 0, 5, 10, 20, 30].map((snr) => snrOf('prompts-en-16k.wav', noise, snr));
      expect(estimates).toEqual(estimates.toSorted((a, b) => a - b));
    }
  });

  it('tells an echo of the other side from a voice of its own', () => {
    const far = recording('prompts-en-16k.wav').samples.subarray(0, 160_000);
    const own = recording('prompts-es-16k.wav').samples.subarray(0, 160_000);
    const noise = recording('noise-coffee-shop-16k.wav').samples;
    // 125 ms later, 20 dB softer, with two reflections.
    const echo = far.map((_, at) => 0.1 * (far[at - 2000] ?? 0) + 0.04 * (far[at - 2900] ?? 0) + 0.02 * (far[at - 4100] ?? 0));
    const heard = (near: Float64Array): number => measure(pcm16(near), 16_000, { far: pcm16(far) }).echoLikelihood;
    const loudness = Math.sqrt(powerOf(echo) / powerOf(noise));
    expect(heard(echo)).toBeGreaterThan(0.9);
    expect(heard(echo.map((x, at) => x + 0.32 * loudness * (noise[at] ?? 0)))).toBeGreaterThan(0.9);
    expect(heard(echo.map((x, at) => x + loudness * (noise[at] ?? 0)))).toBeGreaterThan(0.5);
    expect(heard(own)).toBeLessThan(0.1);
    expect(heard(noise.subarray(0, 160_000))).toBeLessThan(0.1);
    expect(heard(new Float64Array(160_000))).toBe(0);
  });
});
