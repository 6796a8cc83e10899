import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gainControl } from '../../src/dsp/gain-control.js';
import { hasShared } from '../shared.js';
import { decibels, isSame, powerOf, recording, treated } from './speech-in-noise.js';

const rate = 16_000;

/** Syllables of 200 ms with pauses of 100 ms between them, so loud in decibels below full scale. */
const syllables = (dbfs: number, seconds: number): Int16Array =>
  Int16Array.from({ length: seconds * rate }, (_, at) =>
    at % 4800 < 3200 ? Math.SQRT2 * 32_768 * 10 ** (dbfs / 20) * Math.sin(at / 5) : 0,
  );
/** Level of syllables, from a second on, for a second. */
const levelAt = (samples: Int16Array, second: number): number => {
  const from = 4800 * Math.ceil((second * rate) / 4800);
  let power = 0;
  for (let at = from; at < from + 3 * 4800; at += 4800) power += powerOf(samples, at + 320, at + 3200) / 3;
  return decibels(power / 32_768 ** 2);
};
const joined = (...parts: readonly Int16Array[]): Int16Array => Int16Array.from(parts.flatMap((part) => [...part]));

describe('gain control', () => {
  it.each([-38, -28, -18, -8])('brings speech of %i dBFS to the target within 0.2 dB', (dbfs) => {
    const out = treated(gainControl()(), syllables(dbfs, 6), rate);
    expect(Math.abs(levelAt(out, 4) + 18)).toBeLessThan(0.2);
  });

  it('follows steps of 20 dB, down and up again', () => {
    const out = treated(gainControl()(), joined(syllables(-18, 3.9), syllables(-38, 6), syllables(-18, 5.1)), rate);
    expect(Math.abs(levelAt(out, 2.5) + 18)).toBeLessThan(0.2);
    expect(Math.abs(levelAt(out, 8) + 18)).toBeLessThan(1);
    expect(Math.abs(levelAt(out, 13) + 18)).toBeLessThan(1);
  });

  it('holds the target, the ceiling and the most it may raise that it is given', () => {
    const out = treated(gainControl({ targetDbfs: -26, ceilingDbfs: -20 })(), syllables(-10, 6), rate);
    expect(Math.abs(levelAt(out, 4) + 26)).toBeLessThan(0.5);
    expect(out.every((sample) => Math.abs(sample) <= 3277)).toBe(true);
    expect(levelAt(treated(gainControl({ maxGainDb: 6 })(), syllables(-38, 6), rate), 4)).toBeCloseTo(-32, 1);
  });

  it.skipIf(!hasShared)('holds real speech, much too soft and much too loud, within 1.5 dB of the target', () => {
    const speech = recording('prompts-en');
    const isSpoken = (at: number) => powerOf(speech, at, at + 160) > 100 ** 2;
    const levelOf = (samples: Int16Array): number => {
      let power = 0;
      let count = 0;
      for (let at = 4 * rate; at + 160 <= speech.length; at += 160)
        if (isSpoken(at)) {
          power += powerOf(samples, at, at + 160);
          count++;
        }
      return decibels(power / count / 32_768 ** 2);
    };
    for (const db of [-20, 0, 14]) {
      const scaled = speech.map((sample) => Math.max(-32_768, Math.min(32_767, sample * 10 ** (db / 20))));
      expect(Math.abs(levelOf(treated(gainControl()(), scaled, rate)) + 18)).toBeLessThan(1.5);
    }
  });

  it('raises neither silence nor noise: after speech they stay as far below it as they were', () => {
    const hum = (length: number) => Int16Array.from({ length }, (_, at) => 30 * Math.sin(at / 3));
    const alone = hum(5 * rate);
    expect(powerOf(treated(gainControl()(), alone, rate))).toBeCloseTo(powerOf(alone), 0);
    const after = treated(gainControl()(), joined(syllables(-8, 4), hum(5 * rate)), rate);
    expect(decibels(powerOf(after, 5 * rate) / powerOf(alone))).toBeCloseTo(-10, 0);
    const steady = Int16Array.from({ length: 12 * rate }, (_, at) => 500 * Math.sin(at * at));
    const noise = treated(gainControl()(), joined(syllables(-18, 4), steady), rate);
    // What is heard in its first three seconds might be speech.
    expect(powerOf(noise, 15 * rate)).toBeLessThan(powerOf(steady) * 1000);
    expect(powerOf(noise, 15 * rate) / powerOf(noise, 8 * rate, 9 * rate)).toBeCloseTo(1, 1);
  });

  it('never gives a sample above the ceiling, whatever comes, and gives the same samples however the audio is cut', () => {
    const sound = fc.array(fc.record({ db: fc.integer({ min: -60, max: 12 }), ms: fc.integer({ min: 1, max: 900 }) }), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(sound, fc.array(fc.nat(3200), { minLength: 1, maxLength: 6 }), (parts, lengths) => {
        const samples = joined(
          ...parts.map(({ db, ms }) =>
            Int16Array.from({ length: ms * 16 }, (_, at) =>
              Math.max(-32_768, Math.min(32_767, 32_768 * 10 ** (db / 20) * Math.sin(at * at))),
            ),
          ),
        );
        const whole = treated(gainControl()(), samples, rate, [samples.length]);
        expect(whole.every((sample) => Math.abs(sample) <= 29_205)).toBe(true);
        expect(isSame(treated(gainControl()(), samples, rate, [...lengths, 320]), whole)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('keeps its gain over a jump and a change of rate, and adds no delay', () => {
    const processor = gainControl()();
    treated(processor, syllables(-38, 6), rate);
    processor.reset();
    const frame = { samples: Int16Array.of(100), sampleRate: 48_000, position: 0 };
    expect(processor.process(frame)[0]).toBeGreaterThan(900);
    expect(processor.delayMs).toBe(0);
    expect(processor.process({ ...frame, samples: new Int16Array(0) })).toHaveLength(0);
  });

  it.each([
    [{ targetDbfs: 0 }, 'targetDbfs must be -40 to -6, got 0'],
    [{ maxGainDb: -1 }, 'maxGainDb must be 0 to 60, got -1'],
    [{ gateDbfs: Number.NaN }, 'gateDbfs must be -90 to -20, got NaN'],
    [{ ceilingDbfs: 1 }, 'ceilingDbfs must be -20 to 0, got 1'],
  ])('refuses %j', (config, message) => {
    expect(() => gainControl(config)).toThrow(new RangeError(`controlGain: ${message}`));
  });
});
