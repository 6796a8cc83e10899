import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { voiceClarity } from '../../src/dsp/clarity.js';
import { decibels, isSame, powerOf, treated } from './speech-in-noise.js';

const rate = 24_000;
const tone = (hz: number, length = rate, sampleRate = rate) =>
  Int16Array.from({ length }, (_, at) => 8000 * Math.sin((2 * Math.PI * hz * at) / sampleRate));
/** What becomes of a tone, in decibels. */
const gainAt = (hz: number, config = {}): number => {
  const out = treated(voiceClarity(config)(), tone(hz), rate);
  return decibels(powerOf(out, rate / 2) / powerOf(tone(hz), rate / 2));
};

describe('clarity', () => {
  it('cuts rumble, leaves vowels, raises consonants', () => {
    expect(gainAt(25)).toBeLessThan(-19);
    expect(gainAt(80)).toBeCloseTo(-3, 0);
    expect(gainAt(500)).toBeCloseTo(0, 1);
    expect(gainAt(3000)).toBeCloseTo(2, 1);
    expect(gainAt(9000)).toBeCloseTo(4, 1);
  });

  it('does what it is told', () => {
    const config = { highPassHz: 200, presenceHz: 2000, presenceDb: -6 };
    expect(gainAt(200, config)).toBeCloseTo(-3, 0);
    expect(gainAt(2000, config)).toBeCloseTo(-3, 1);
    expect(gainAt(9000, config)).toBeCloseTo(-6, 1);
  });

  it('gives the same samples however the audio is cut', () => {
    const samples = Int16Array.from({ length: 6000 }, (_, at) => 9000 * Math.sin(at * at));
    const whole = treated(voiceClarity()(), samples, rate, [6000]);
    fc.assert(
      fc.property(fc.array(fc.nat(4800), { minLength: 1, maxLength: 6 }), (lengths) => {
        expect(isSame(treated(voiceClarity()(), samples, rate, [...lengths, 120]), whole)).toBe(true);
      }),
    );
  });

  it.each([8000, 11_025, 48_000, 4000])('stands at %i Hz, and holds what is too loud at the ends of the range', (sampleRate) => {
    const square = Int16Array.from({ length: sampleRate }, (_, at) => (at % 8 < 4 ? 32_767 : -32_768));
    const out = treated(voiceClarity({ presenceDb: 12 })(), square, sampleRate, [sampleRate / 50]);
    // What wrapped around would be loud, and of the other sign.
    expect(out.every((sample, at) => Math.abs(sample) < 16_000 || sample > 0 === (square[at] as number) > 0)).toBe(true);
    expect(Math.max(...out.subarray(0, 1000))).toBe(32_767);
  });

  it('adds no delay, and no sound to silence', () => {
    const processor = voiceClarity()();
    expect(processor.delayMs).toBe(0);
    expect(processor.process({ samples: Int16Array.of(1000), sampleRate: rate, position: 0 })[0]).toBeGreaterThan(900);
    processor.reset();
    expect(powerOf(treated(processor, new Int16Array(4800), rate))).toBe(0);
  });

  it.each([
    [{ highPassHz: 0 }, 'highPassHz must be > 0, got 0'],
    [{ presenceHz: Number.NaN }, 'presenceHz must be > 0, got NaN'],
    [{ presenceDb: 30 }, 'presenceDb must be -24 to 24, got 30'],
  ])('refuses %j', (config, message) => {
    expect(() => voiceClarity(config)).toThrow(new RangeError(`clarity: ${message}`));
  });
});
