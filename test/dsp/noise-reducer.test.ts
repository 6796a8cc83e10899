import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conversionDelay } from '../../src/dsp/at-rate.js';
import { loadNoiseReducer, type NoiseModel } from '../../src/dsp/noise-reducer.js';
import { loadResampler } from '../../src/dsp/resampler.js';
import { hasShared } from '../shared.js';
import { compared, decibels, lagOf, mixed, powerOf, recording, treated } from './speech-in-noise.js';

const models: readonly NoiseModel[] = ['rnnoise', 'speex'];
const reducers = { rnnoise: await loadNoiseReducer(), speex: await loadNoiseReducer({ model: 'speex' }) };
const tone = (length: number, rate: number) =>
  Int16Array.from({ length }, (_, at) => 8000 * Math.sin((2 * Math.PI * 440 * at) / rate) + 4000 * Math.sin(at * at));

describe.each(models)('the noise reducer %s', (model) => {
  it.skipIf(!hasShared)('lowers noise in pauses, and brings speech in noise nearer to clean speech', () => {
    const speech = recording('prompts-en').subarray(0, 96_000);
    for (const noise of ['noise-fireplace', 'noise-wind']) {
      const noisy = mixed(speech, recording(noise), 5);
      const processor = reducers[model]();
      const out = treated(processor, noisy, 16_000);
      const lag = Math.round(processor.delayMs * 16);
      processor.close();
      const before = compared(speech, noisy);
      const after = compared(speech, out, lag);
      expect(after.snrDb - before.snrDb).toBeGreaterThan(model === 'rnnoise' ? 3 : 2);
      expect(before.gapDbfs - after.gapDbfs).toBeGreaterThan(model === 'rnnoise' ? 15 : 6);
    }
  });

  it.skipIf(!hasShared)('leaves clean speech as loud as it was, later by its delay to the sample', () => {
    const speech = recording('prompts-en').subarray(0, 64_000);
    const start = speech.findIndex((sample) => Math.abs(sample) > 3000);
    const processor = reducers[model]();
    const out = treated(processor, speech, 16_000);
    const lag = processor.delayMs * 16;
    processor.close();
    expect(lagOf(speech, out, start, 1200)).toBe(lag);
    expect(Math.abs(decibels(powerOf(out, lag) / powerOf(speech, 0, speech.length - lag)))).toBeLessThan(1.5);
  });

  it('gives the same samples however the audio is cut', () => {
    const rate = 24_000;
    const samples = tone(rate / 2, rate);
    const whole = treated(reducers[model](), samples, rate);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 5, max: 200 }), { minLength: 1, maxLength: 6 }), (chunksMs) => {
        const processor = reducers[model]();
        const out = treated(
          processor,
          samples,
          rate,
          chunksMs.map((ms) => ms * 24),
        );
        processor.close();
        expect(out).toEqual(whole);
      }),
      { numRuns: 8 },
    );
  });

  it.each([8000, 11_025, 16_000, 24_000, 44_100, 48_000, 96_000])(
    'takes %i Hz in pieces of any length, down to one sample',
    (rate) => {
      const processor = reducers[model]();
      const samples = tone(rate / 4, rate);
      const out = treated(processor, samples, rate, [1, 7, 0, rate / 50, 160, 1, 2048].map(Math.round));
      const delay = Math.round((processor.delayMs * rate) / 1000);
      processor.close();
      expect(out.subarray(0, Math.round(delay * 0.6)).every((sample) => Math.abs(sample) <= 200)).toBe(true);
      expect(powerOf(out, delay)).toBeGreaterThan(0);
    },
  );

  it('gives silence for silence, nothing for nothing, and is not overdriven by the loudest noise', () => {
    const processor = reducers[model]();
    expect(processor.process({ samples: new Int16Array(0), sampleRate: 16_000, position: 0 })).toHaveLength(0);
    expect(powerOf(treated(processor, new Int16Array(16_000), 16_000))).toBe(0);
    const square = Int16Array.from({ length: 16_000 }, (_, at) => (at % 32 < 16 ? 32_767 : -32_768));
    expect(treated(processor, square, 16_000)).toHaveLength(16_000);
    processor.close();
  });

  it('begins anew after a reset, and takes another rate', () => {
    const samples = tone(8000, 16_000);
    const processor = reducers[model]();
    const first = treated(processor, samples, 16_000);
    treated(processor, samples, 24_000);
    processor.reset();
    expect(treated(processor, samples, 16_000)).toEqual(first);
    processor.close();
  });

  it('keeps its memory when another needs more', () => {
    const samples = tone(16_000, 16_000);
    const processor = reducers[model]();
    const alone = treated(reducers[model](), samples, 16_000);
    const half = treated(processor, samples.subarray(0, 8000), 16_000);
    // Enough of them that the memory of WebAssembly has to grow, and moves.
    const others = Array.from({ length: model === 'rnnoise' ? 900 : 400 }, () => reducers[model]());
    for (const other of others) other.process({ samples: new Int16Array(4800), sampleRate: 48_000, position: 0 });
    const rest = new Int16Array(8000);
    for (let at = 0; at < 8000; at += 320)
      rest.set(
        processor.process({ samples: samples.subarray(8000 + at, 8320 + at), sampleRate: 16_000, position: 8000 + at }),
        at,
      );
    for (const other of [...others, processor]) other.close();
    expect([...half, ...rest]).toEqual([...alone]);
  });
});

describe('loadNoiseReducer', () => {
  it('loads once', () => {
    expect(loadNoiseReducer()).toBe(loadNoiseReducer({ model: 'rnnoise' }));
  });

  it('refuses a model that there is not', () => {
    expect(() => loadNoiseReducer({ model: 'dtln' as NoiseModel })).toThrow("model must be 'rnnoise' or 'speex', got \"dtln\"");
  });

  it('states delays of 30 to 39 ms for rnnoise and 16 ms for speex', () => {
    const delays = [8000, 16_000, 24_000, 48_000].map((sampleRate) =>
      models.map((model) => {
        const processor = reducers[model]();
        processor.process({ samples: new Int16Array(1), sampleRate, position: 0 });
        processor.close();
        return processor.delayMs;
      }),
    );
    expect(delays).toEqual([
      [38.25, 16],
      [34.125, 16],
      [32.75, 16],
      [30, 16],
    ]);
  });
});

describe('conversionDelay', () => {
  it.each([8000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 96_000])(
    'is what the resampler looks ahead, there and back, from %i Hz',
    async (rate) => {
      const resampler = await loadResampler();
      const latency = (from: number, to: number) => {
        const stream = resampler.open({ from, to, quality: 4 });
        stream.close();
        return stream.latency;
      };
      const needed = latency(rate, 48_000) + (latency(48_000, rate) * rate) / 48_000;
      const stated = conversionDelay(rate, 48_000);
      expect(stated).toBeGreaterThanOrEqual(needed + 1);
      expect(stated).toBeLessThan(needed + 9);
    },
  );
});
