import { describe, expect, it } from 'vitest';
import { type Pictured, soundPicture } from '../../src/cli/sound-picture.js';
import { testAudio } from '../../src/dsp/test-audio.js';
import { heardIn } from './pieces.js';

const audio = testAudio({ pattern: 'mixed', durationMs: 3000, sampleRate: 8000 });
const threshold = 0.02;
const pictured = (title: string): Pictured => ({ title, heard: heardIn(audio, { model: 'energy', threshold }) });
const plotted = { from: 64, width: 880 };

describe('soundPicture', () => {
  it('draws a waveform and a curve for each sound, and shades speech where it is', () => {
    const before = pictured('before');
    const svg = soundPicture([before, pictured('after')], { unit: 'level', threshold });
    expect(svg.match(/<polygon /g)).toHaveLength(2);
    expect(svg.match(/<polyline /g)).toHaveLength(2);
    const shades = [...svg.matchAll(/class="speech" x="([\d.]+)" y="\d+" width="([\d.]+)"/g)].map(([, x, width]) => ({
      fromMs: ((Number(x) - plotted.from) / plotted.width) * 3000,
      ms: (Number(width) / plotted.width) * 3000,
    }));
    const { segments } = before.heard;
    expect(segments.length).toBeGreaterThan(0);
    expect(shades).toHaveLength(2 * segments.length);
    for (const [index, { fromMs, toMs }] of segments.entries()) {
      expect(shades[index]?.fromMs).toBeCloseTo(fromMs, -1);
      expect(shades[index]?.ms).toBeCloseTo(toMs - fromMs, -1);
    }
  });

  it('puts the threshold among levels by decibels, among probabilities as it is', () => {
    const dashed = (unit: 'level' | 'probability', at: number): number => {
      const svg = soundPicture([pictured('x')], { unit, threshold: at });
      return Number(/y1="([\d.]+)"[^>]*stroke-dasharray/.exec(svg)?.[1]);
    };
    // -20 dBFS stands at two thirds of the height from -60.
    expect(dashed('level', 0.1)).toBeCloseTo(dashed('probability', 2 / 3), 0);
    expect(dashed('probability', 0.9)).toBeLessThan(dashed('probability', 0.1));
  });

  it('holds no number that is none, in silence, in a single sample and in an hour, and no open letter of a title', () => {
    const lengths = [1, 7, 3_600_000];
    for (const length of lengths) {
      const sound = { samples: new Int16Array(length), sampleRate: 1000, position: 0 };
      const heard = heardIn(sound, { model: 'energy', threshold });
      const svg = soundPicture([{ title: 'a<b & "c"', heard }], { unit: 'level', threshold });
      expect(svg).not.toMatch(/NaN|Infinity|undefined/);
      expect(svg).toContain('a&lt;b &amp; &quot;c&quot;');
      expect(svg.length).toBeLessThan(60_000);
    }
  });
});
