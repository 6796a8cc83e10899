import { describe, expect, it } from 'vitest';
import { silero } from '../../src/dsp/silero/silero.js';
import { testAudio } from '../../src/dsp/test-audio.js';
import { heardIn } from './pieces.js';

const rate = 16_000;
/** Half a second of silence, two seconds of speech, a second of silence. */
const spoken = new Int16Array(3.5 * rate);
spoken.set(testAudio({ durationMs: 2000, sampleRate: rate }).samples, rate / 2);
const audio = { samples: spoken, sampleRate: rate, position: 0 };

describe('listener', () => {
  it('finds where speech is, by the level and by the network', async () => {
    for (const ear of [
      { model: 'energy', threshold: 0.02 },
      { model: await silero(), threshold: 0.5 },
    ] as const) {
      const { segments, curve, speechRatio } = heardIn(audio, ear);
      expect(curve).toHaveLength(175);
      expect(segments.length).toBeGreaterThan(0);
      expect(segments[0]?.fromMs).toBeGreaterThan(400);
      expect(segments.at(-1)?.toMs).toBeLessThan(2700);
      const sum = segments.reduce((ms, { fromMs, toMs }) => ms + toMs - fromMs, 0);
      expect(speechRatio).toBeCloseTo(sum / 3500, 6);
      expect(speechRatio).toBeGreaterThan(0.3);
      for (const value of curve) expect(value >= 0 && value <= 1).toBe(true);
    }
  });

  it('asks a function, too, and keeps what it said', () => {
    const model = ({ position }: { readonly position: number }): number => (position >= rate && position < 2 * rate ? 0.8 : 0.1);
    const { segments, curve } = heardIn(audio, { model, threshold: 0.5 });
    expect(segments).toEqual([{ fromMs: 1000, toMs: 2000 }]);
    expect(curve.filter((value) => value === 0.8)).toHaveLength(50);
  });

  it('ends speech with the file, and says nothing of noise where nobody speaks', () => {
    const all = heardIn(audio, { model: () => 1, threshold: 0.5 });
    expect(all).toMatchObject({ segments: [{ fromMs: 0, toMs: 3500 }], speechRatio: 1 });
    const silence = heardIn({ ...audio, samples: new Int16Array(rate) }, { model: 'energy', threshold: 0.02 });
    expect(silence).toMatchObject({ segments: [], speechRatio: 0, level: 0, peak: 0, snrDb: undefined });
  });
});
