import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Millis } from '../../src/audio.js';
import { type Detector, type Finding, hear, hush, unheard } from '../../src/simulator/server-vad.js';
import { loud } from './sound.js';

const config: Detector = { threshold: 0.5, prefixMs: 300, silenceMs: 200 };
const rate = 24_000;
const still = (ms: Millis) => new Int16Array(ms * 24);

const join = (...parts: readonly Int16Array[]) => Int16Array.from(parts.flatMap((part) => [...part]));

const findings = (pieces: readonly Int16Array[], with_: Detector = config): readonly Finding[] => {
  let memory = unheard;
  return pieces.flatMap((piece) => {
    const [next, found] = hear(memory, piece, with_, rate);
    memory = next;
    return found;
  });
};

describe('server VAD', () => {
  it('finds where speech began, prefix taken off, and where silence has lasted', () => {
    expect(findings([still(640), loud(640), still(640)])).toEqual([
      { type: 'started', audioStartMs: 340 },
      // 1280 ms and 200 ms of silence, in windows of 32 ms.
      { type: 'stopped', audioEndMs: 1504 },
    ]);
  });

  it('never puts the start before the first sample', () => {
    expect(findings([loud(200)])).toEqual([{ type: 'started', audioStartMs: 0 }]);
  });

  it('takes a click for nothing', () => {
    expect(findings([still(320), loud(60), still(640)])).toEqual([]);
  });

  it('bridges a pause that is shorter than the silence', () => {
    expect(findings([loud(320), still(190), loud(320)])).toHaveLength(1);
  });

  it('wants louder audio at a higher threshold', () => {
    const soft = loud(500).map((sample) => sample / 5);
    expect(findings([soft], { ...config, threshold: 0.5 })).toHaveLength(1);
    expect(findings([soft], { ...config, threshold: 0.9 })).toHaveLength(0);
  });

  it('counts on after a hush', () => {
    const [memory] = hear(unheard, loud(320), config, rate);
    const [, found] = hear(hush(memory), join(still(640), loud(320)), config, rate);
    expect(found).toEqual([{ type: 'started', audioStartMs: 660 }]);
  });

  it('finds the same however the audio is cut', () => {
    const audio = join(still(300), loud(400), still(150), loud(300), still(500));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 4000 }), { maxLength: 40 }), (sizes) => {
        const pieces: Int16Array[] = [];
        let at = 0;
        for (const size of sizes) {
          pieces.push(audio.subarray(at, at + size));
          at += size;
        }
        expect(findings([...pieces, audio.subarray(at)])).toEqual(findings([audio]));
      }),
      { numRuns: 50 },
    );
  });

  it('hears one turn in the sample question', () => {
    const wav = readFileSync(new URL('../../assets/question-tokyo-24k.wav', import.meta.url)).subarray(44);
    const samples = new Int16Array(Uint8Array.from(wav).buffer);
    const found = findings([samples]);
    expect(found.map(({ type }) => type)).toEqual(['started', 'stopped']);
  });
});
