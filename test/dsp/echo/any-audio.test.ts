import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cancel, erle, powerOf, signalToDistortion } from '../../echo/cancel.js';
import { modes, quiet, scene } from '../../echo/modes.js';
import { microphone } from '../../echo/room.js';
import { somebody } from '../../echo/speech.js';

describe.each(modes)('any audio, %s', (mode, open) => {
  it('gives the same however the audio is cut', () => {
    const { far, echo, sampleRate } = scene({ delayMs: 60, seconds: 2 });
    const near = microphone(echo, somebody(sampleRate, 2));
    // The reference comes when the microphone has heard as much: frames shorter than those of the reference hear it at the same sample.
    const whole = cancel(open(), { near, far, sampleRate, lengths: [480] });
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 479 }), { minLength: 0, maxLength: 5 }), (cuts) => {
        const edges = [0, ...cuts.toSorted((a, b) => a - b), 480];
        const lengths = edges.slice(1).map((edge, i) => edge - (edges[i] ?? 0));
        const canceller = open();
        expect(cancel(canceller, { near, far, sampleRate, lengths })).toEqual(whole);
        canceller.close();
      }),
      { numRuns: 5 },
    );
  });

  it('gives as many samples as came, of any audio', () => {
    const sample = fc.constantFrom(-32_768, 32_767, 0, 1, -1);
    const part = fc.record({
      length: fc.integer({ min: 0, max: 3000 }),
      jump: fc.constantFrom(0, 0, 0, 7, 480, 50_000),
      near: sample,
      far: sample,
      isNoisy: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 12 }), (parts) => {
        const canceller = open();
        let position = 0;
        for (const { length, jump, near, far, isNoisy } of parts) {
          position += jump;
          const of = (value: number) => Int16Array.from({ length }, (_, i) => (isNoisy && (i * i) % 7 < 3 ? ~value : value));
          canceller.reference({ samples: of(far), sampleRate: 24_000, position });
          const out = canceller.process({ samples: of(near), sampleRate: 24_000, position });
          expect(out).toHaveLength(length);
          position += length;
        }
        canceller.close();
      }),
      { numRuns: 20 },
    );
  });

  it('works on after full scale on both sides', () => {
    const { far, echo, sampleRate } = scene({ delayMs: 60, seconds: 10 });
    const square = (i: number): number => ((i >> 5) % 2 === 0 ? 32_767 : -32_768);
    const near = microphone(echo, quiet(echo.length)).map((value, i) => (i < 2 * sampleRate ? square(3 * i) : value));
    const out = cancel(open(), { near, far: far.map((value, i) => (i < 2 * sampleRate ? square(i) : value)), sampleRate });
    expect(erle(near, out, sampleRate, 6)).toBeGreaterThan(20);
  });

  it('keeps what it has learned at a jump of the microphone', () => {
    const { far, echo, sampleRate } = scene({ delayMs: 60, seconds: 8 });
    const near = microphone(echo, quiet(echo.length));
    const canceller = open();
    const first = Math.round(3.5 * sampleRate);
    cancel(canceller, { near: near.subarray(0, first), far, sampleRate });
    // 100 ms of the microphone are lost, none of the loudspeaker.
    const lost = 5 * 480;
    const out = new Int16Array(near.length);
    for (let at = first; at < near.length; at += 480) {
      canceller.reference({ samples: far.subarray(at, at + 480), sampleRate, position: at });
      if (at < first + lost) continue;
      out.set(canceller.process({ samples: near.subarray(at, at + 480), sampleRate, position: at }), at);
    }
    expect(erle(near, out, sampleRate, 5)).toBeGreaterThan(20);
  });

  it('leaves the voice as it is while nothing plays', () => {
    const sampleRate = 24_000;
    const voice = somebody(sampleRate, 4);
    const canceller = open();
    const near = microphone(voice, quiet(voice.length));
    const out = cancel(canceller, { near, far: new Int16Array(near.length), sampleRate });
    const delay = Math.round((canceller.delayMs * sampleRate) / 1000);
    const level = 10 * Math.log10(powerOf(out, sampleRate, 1, 4) / powerOf(near, sampleRate, 1, 4));
    expect(Math.abs(level)).toBeLessThan(0.5);
    // AEC3 comes between samples: what differs is mostly that.
    const noise = signalToDistortion(near, out, { delay, sampleRate, fromS: 0.5, toS: 3.5 });
    expect(noise).toBeGreaterThan(mode === 'strong' ? 0 : 60);
  });

  it('says by how much the sound comes later', () => {
    const sampleRate = 24_000;
    const near = microphone(somebody(sampleRate, 2));
    const canceller = open();
    expect(canceller.delayMs).toBeLessThan(31);
    const out = cancel(canceller, { near, far: new Int16Array(near.length), sampleRate });
    const delay = Math.round((canceller.delayMs * sampleRate) / 1000);
    const at = (lag: number): number => near.reduce((sum, value, i) => sum + value * (out[i + lag] ?? 0), 0);
    const best = Array.from({ length: 1000 }, (_, lag) => lag).reduce((most, lag) => (at(lag) > at(most) ? lag : most), 0);
    expect(Math.abs(best - delay)).toBeLessThan(0.001 * sampleRate);
  });
});
