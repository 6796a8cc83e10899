import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AudioFrame, endOf, type VoiceFrame } from '../../src/audio.js';
import { energyVad } from '../../src/dsp/energy-vad.js';
import { speechGate } from '../../src/dsp/speech-gate.js';
import { voiceFrames } from './voice-frames.js';

const through = (frames: readonly VoiceFrame[], preRollMs?: number): VoiceFrame[] => {
  const gate = speechGate(preRollMs === undefined ? {} : { preRollMs })();
  return frames.flatMap((frame) => {
    const verdict = gate.push(frame);
    return verdict === 'open' ? gate.release() : verdict === 'pass' ? [frame] : [];
  });
};

/** `'10-30 50-60'`: the stretches of audio that came through. */
const stretches = (frames: readonly AudioFrame[]): string => {
  const parts: [number, number][] = [];
  for (const frame of frames) {
    const last = parts.at(-1);
    if (last && last[1] === frame.position) last[1] = endOf(frame);
    else parts.push([frame.position, endOf(frame)]);
  }
  return parts.map(([from, to]) => `${from}-${to}`).join(' ');
};

const passed = (diagram: string, preRollMs: number): string => stretches(through(voiceFrames(diagram), preRollMs));

describe('speechGate', () => {
  it('lets speech through with its uncertain beginning, its hangover and its pre-roll', () => {
    expect(passed('.....bbssee...', 20)).toBe('30-110');
  });

  it('lets no beginning through that was no speech', () => {
    expect(passed('..bb....b...', 20)).toBe('');
  });

  it('takes a beginning that was no speech for pre-roll', () => {
    expect(passed('..bb.bs..', 30)).toBe('20-70');
  });

  it('cuts the pre-roll within a frame', () => {
    const frames = through(voiceFrames('....bs'), 15);
    expect(stretches(frames)).toBe('25-60');
    expect(frames[0]).toEqual({
      samples: Int16Array.of(25, 26, 27, 28, 29),
      sampleRate: 1000,
      position: 25,
      vad: 'silence',
      level: expect.closeTo(27.04 / 32_768, 6),
    });
  });

  it('has as much pre-roll as there is', () => {
    expect(passed('.s', 300)).toBe('0-20');
    expect(passed('s', 300)).toBe('0-10');
  });

  it('needs no pre-roll', () => {
    expect(passed('...bs.s', 0)).toBe('30-50 60-70');
  });

  it('gives no audio twice when speech follows speech', () => {
    expect(passed('....s..s', 30)).toBe('10-80');
    expect(passed('....s......s', 30)).toBe('10-50 80-120');
  });

  it('drops what it holds at a jump', () => {
    expect(passed('....-.bs', 30)).toBe('50-80');
    expect(passed('...bb-ss', 30)).toBe('60-80');
    expect(passed('...ss-ss', 20)).toBe('10-50 60-80');
  });

  it('drops what it holds when the rate changes', () => {
    const [a, b] = voiceFrames('.s');
    expect(a && b && stretches(through([a, { ...b, sampleRate: 2000 }], 100))).toBe('10-20');
  });

  it('opens for a state that skips the beginning, and for hangover alone', () => {
    expect(passed('..e..', 10)).toBe('10-30');
  });

  it('holds no empty frames', () => {
    const { push, release } = speechGate()();
    const [first, last] = voiceFrames('.s');
    const empty = { samples: new Int16Array(), sampleRate: 1000, vad: 'silence', level: 0 } as const;
    if (first) push(first);
    for (let i = 0; i < 100; i++) push({ ...empty, position: 10 });
    expect(last && push(last)).toBe('open');
    expect(release()).toEqual([first, last]);
  });

  it('holds no more than the pre-roll and five seconds', () => {
    const { push, release } = speechGate({ preRollMs: 100 })();
    for (const frame of voiceFrames('b'.repeat(2000))) push(frame);
    const last = voiceFrames(`${'-'.repeat(2000)}s`)[0];
    expect(last && push(last)).toBe('open');
    const held = release().reduce((sum, { samples }) => sum + samples.length, 0);
    expect(held).toBeLessThanOrEqual(5000 + 100 + 20);
    expect(release()).toEqual([]);
  });

  it('lets through each speech frame once, in order, and only true audio', () => {
    const sources = fc
      .array(fc.constantFrom('.', 'b', 's', 'e', '-'), { maxLength: 60 })
      .map((characters) => characters.join(''));
    fc.assert(
      fc.property(sources, fc.integer({ min: 0, max: 70 }), (diagram, preRollMs) => {
        const out = through(voiceFrames(diagram), preRollMs);
        let end = 0;
        for (const frame of out) {
          expect(frame.position).toBeGreaterThanOrEqual(end);
          end = endOf(frame);
          expect([...frame.samples]).toEqual([...frame.samples].map((_, i) => frame.position + i));
        }
        const spoken = voiceFrames(diagram).filter(({ vad }) => vad === 'speech' || vad === 'speech_ending');
        const positions = new Set(out.map(({ position }) => position));
        expect(spoken.every(({ position }) => positions.has(position))).toBe(true);
      }),
    );
  });

  it('opens with exactly preRollMs before the detected speech', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 400 }), (size, preRollMs) => {
        const samples = new Int16Array(1500).fill(5000, 1000);
        const detect = energyVad()();
        const frames: VoiceFrame[] = [];
        for (let at = 0; at < 1500; at += size) {
          frames.push(detect({ samples: samples.subarray(at, at + size), sampleRate: 1000, position: at }));
        }
        const first = frames.find(({ vad }) => vad !== 'silence')?.position ?? 0;
        expect(through(frames, preRollMs)[0]?.position).toBe(first - preRollMs);
      }),
    );
  });

  it('refuses a pre-roll that is no length', () => {
    for (const preRollMs of [-1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => speechGate({ preRollMs })).toThrow(RangeError);
  });
});
