import { describe, expect, it } from 'vitest';
import { loadAec3 } from '../../../src/dsp/echo/aec3.js';
import type { EchoCanceller } from '../../../src/dsp/echo/echo-canceller.js';
import { kalmanEcho } from '../../../src/dsp/echo/kalman-echo.js';
import { energyVad } from '../../../src/dsp/energy-vad.js';
import { cancel, erle, powerOf, signalToDistortion } from '../../echo/cancel.js';
import { modes, quiet, scene } from '../../echo/modes.js';
import { microphone } from '../../echo/room.js';
import { assistant, somebody } from '../../echo/speech.js';

/** What both sides are when both speak from 3 s on. */
const bothSpeak = (delayMs: number) => {
  const { far, echo, sampleRate } = scene({ delayMs, seconds: 12 });
  const voice = somebody(sampleRate, 12).map((value, i) => (i < 3.5 * sampleRate ? 0 : value));
  return { far, sampleRate, voice, echo, near: microphone(echo, voice, quiet(echo.length)) };
};

describe.each(modes)('echo cancellation, %s', (_mode, open) => {
  it.each([30, 75, 120])('takes away 20 dB and more after 3 s, of an echo that comes %i ms later', (delayMs) => {
    const { far, echo, sampleRate } = scene({ delayMs });
    const near = microphone(echo, quiet(echo.length));
    const out = cancel(open(), { near, far, sampleRate });
    expect(erle(near, out, sampleRate, 3)).toBeGreaterThan(20);
  });

  it.each([
    [8000, 24_000],
    [16_000, 24_000],
    [22_050, 44_100],
    [48_000, 48_000],
  ])('does so at %i Hz, with a loudspeaker of %i Hz', (sampleRate, farRate) => {
    const { echo } = scene({ delayMs: 60, sampleRate, seconds: 6 });
    const far = microphone(assistant(farRate, 6));
    const near = microphone(echo, quiet(echo.length));
    const out = cancel(open(), { near, far, sampleRate, farRate, lengths: [sampleRate / 50] });
    expect(erle(near, out, sampleRate, 3)).toBeGreaterThan(20);
  });

  it.each([0.0001, -0.0001])('does so while the clocks of the devices drift by %f', (drift) => {
    const { far, echo, sampleRate } = scene({ delayMs: 60, drift, seconds: 12 });
    const near = microphone(echo, quiet(echo.length));
    const out = cancel(open(), { near, far, sampleRate });
    expect(erle(near, out, sampleRate, 3)).toBeGreaterThan(20);
  });

  it('finds an echo again that comes another way, and never makes it louder', () => {
    const { far, echo, sampleRate } = scene({ delayMs: 60, seconds: 14 });
    const moved = scene({ delayMs: 90, seconds: 14, seed: 5, gain: 1.5 }).echo;
    const change = 5.5 * sampleRate;
    const near = microphone(
      echo.map((value, i) => (i < change ? value : (moved[i] ?? 0))),
      quiet(echo.length),
    );
    const out = cancel(open(), { near, far, sampleRate });
    expect(erle(near, out, sampleRate, 9)).toBeGreaterThan(20);
    for (let s = 1; s < 13; s++) {
      // Out comes later than near: a second and a half may hold what came before it.
      expect(powerOf(out, sampleRate, s, s + 1)).toBeLessThan(1.5 * powerOf(near, sampleRate, s - 0.5, s + 1));
    }
  });
});

describe('kalmanEcho', () => {
  const level = (out: Int16Array, voice: Float64Array, delay: number, fromS: number, toS: number): number =>
    10 * Math.log10(powerOf(out.subarray(delay), 24_000, fromS, toS) / powerOf(voice, 24_000, fromS, toS));

  it('keeps a voice better than AEC3 while both speak, 8 dB quieter than the echo', () => {
    const { near, far, voice, sampleRate } = bothSpeak(60);
    const levels = modes.map(([, open]) => {
      const canceller = open();
      const out = cancel(canceller, { near, far, sampleRate });
      return level(out, voice, Math.round(24 * canceller.delayMs), 3.5, 12);
    });
    expect(levels[0]).toBeGreaterThan(-4);
    expect(levels[0]).toBeGreaterThan(levels[1] ?? 0);
  });

  it('does not touch a voice where the loudspeaker is not heard, once that is clear', () => {
    const sampleRate = 24_000;
    const voice = somebody(sampleRate, 8);
    const far = microphone(assistant(sampleRate, 8));
    const canceller = kalmanEcho();
    const out = cancel(canceller, { near: microphone(voice, quiet(voice.length)), far, sampleRate });
    const delay = Math.round((canceller.delayMs * sampleRate) / 1000);
    expect(signalToDistortion(voice, out, { delay, sampleRate, fromS: 3.6, toS: 7 })).toBeGreaterThan(30);
  });

  it.each([8000, 16_000, 24_000, 44_100, 48_000])(
    'gives each sample as it is, within 3 ms, while nothing plays, at %i Hz',
    (sampleRate) => {
      const near = microphone(somebody(sampleRate, 1));
      const canceller = kalmanEcho();
      const out = cancel(canceller, { near, far: new Int16Array(near.length), sampleRate });
      expect(canceller.delayMs).toBeLessThan(3);
      const delay = Math.round((canceller.delayMs * sampleRate) / 1000);
      expect(out.subarray(delay)).toEqual(near.subarray(0, near.length - delay));
    },
  );

  it('takes the echo away also where some of the reference comes at the last moment, or later', () => {
    const { far, echo, sampleRate } = scene({ delayMs: 45 });
    const near = microphone(echo, quiet(echo.length));
    const canceller = kalmanEcho();
    const out = new Int16Array(near.length);
    let given = 0;
    for (let position = 0; position < near.length; position += 480) {
      out.set(canceller.process({ samples: near.subarray(position, position + 480), sampleRate, position }), position);
      // Every fifth time 40 ms later.
      const late = (position / 480) % 5 === 0 ? 960 : 0;
      for (; given <= position - late; given += 480) {
        canceller.reference({ samples: far.subarray(given, given + 480), sampleRate, position: given });
      }
    }
    expect(erle(near, out, sampleRate, 3)).toBeGreaterThan(30);
  });

  it('lets no more of an echo through where it begins', () => {
    const { far, echo, sampleRate } = scene({ delayMs: 60, seconds: 9 });
    const pause = (value: number, i: number, delay: number): number => (Math.floor((i - delay) / sampleRate) === 5 ? 0 : value);
    const near = microphone(
      echo.map((value, i) => pause(value, i, 0.06 * sampleRate)),
      quiet(echo.length),
    );
    const canceller = kalmanEcho();
    const out = cancel(canceller, { near, far: far.map((value, i) => pause(value, i, 0)), sampleRate });
    expect(erle(near, out, sampleRate, 6.06, 6.16)).toBeGreaterThan(25);
  });

  it('finds an echo that comes up to 800 ms later', () => {
    const { far, echo, sampleRate } = scene({ delayMs: 800 });
    const near = microphone(echo, quiet(echo.length));
    expect(erle(near, cancel(kalmanEcho(), { near, far, sampleRate }), sampleRate, 6)).toBeGreaterThan(20);
  });

  it('lets a VAD hear nobody after a stall, also where it looks for the echo in silence', () => {
    const { far, echo, sampleRate } = scene({ delayMs: 60 });
    const near = microphone(echo, quiet(echo.length));
    const canceller = kalmanEcho();
    const detect = energyVad({})();
    const states: string[] = [];
    for (let position = 0; position < near.length; position += 480) {
      const s = position / sampleRate;
      // A sound server that is late plays what it was given before, while the loudspeaker is given nothing any more.
      const samples = s < 6.3 ? far.subarray(position, position + 480) : new Int16Array(480);
      if (s < 6.2 || s >= 6.3) canceller.reference({ samples, sampleRate, position });
      const out = canceller.process({ samples: near.subarray(position, position + 480), sampleRate, position });
      if (s < 6.8) states.push(detect({ samples: out, sampleRate, position }).vad);
    }
    expect(states).not.toContain('speech');
  });

  it('lets through who is louder than the echo, while the path is lost', () => {
    const { far, echo, sampleRate } = scene({ delayMs: 60, seconds: 7 });
    const moved = scene({ delayMs: 160, seconds: 7 }).echo;
    const change = 5 * sampleRate;
    const voice = somebody(sampleRate, 7).map((value, i) => (i < change ? 0 : 6 * value));
    const near = microphone(
      echo.map((value, i) => (i < change ? value : (moved[i] ?? 0))),
      voice,
      quiet(echo.length),
    );
    const canceller = kalmanEcho();
    const out = cancel(canceller, { near, far, sampleRate });
    const delay = Math.round((canceller.delayMs * sampleRate) / 1000);
    expect(level(out, voice, delay, 5.7, 6.9)).toBeGreaterThan(-3);
  });

  it('lets a VAD hear nobody, also while a loudspeaker that stalls plays later and later', () => {
    const seconds = 20;
    const ways = [60, 90, 70, 130, 100].map((delayMs) => scene({ delayMs, seconds }));
    const [{ far, sampleRate, echo } = scene({ delayMs: 60 })] = ways;
    const near = microphone(
      echo.map((_, i) => ways[Math.floor(i / (4.3 * sampleRate))]?.echo[i] ?? 0),
      quiet(echo.length),
    );
    const heard = (samples: Int16Array): number => {
      const detect = energyVad({})();
      const states = Array.from({ length: samples.length / 480 }, (_, i) => {
        const position = 480 * i;
        return detect({ samples: samples.subarray(position, position + 480), sampleRate, position }).vad;
      });
      return states.filter((state) => state === 'speech').length;
    };
    expect(heard(near)).toBeGreaterThan(300);
    expect(heard(cancel(kalmanEcho(), { near, far, sampleRate }))).toBe(0);
  });

  it('says what is missing for a reference of another rate', () => {
    const canceller = kalmanEcho();
    canceller.process({ samples: new Int16Array(480), sampleRate: 24_000, position: 0 });
    expect(() => canceller.reference({ samples: new Int16Array(320), sampleRate: 16_000, position: 0 })).toThrow(/loadResampler/);
  });
});

describe('loadAec3', () => {
  it('leaves the handling of errors to the application', () => {
    expect(process.listeners('uncaughtException').filter((listener) => String(listener).includes('ExitStatus'))).toEqual([]);
    expect(process.listeners('unhandledRejection').filter((listener) => String(listener).includes('throw reason'))).toEqual([]);
  });

  it('says that there is no more room in a module, and has it in another', async () => {
    const frame = { samples: new Int16Array(480), sampleRate: 48_000, position: 0 };
    const openHere = await loadAec3();
    const opened: EchoCanceller[] = [];
    const openMany = (): void => {
      for (let i = 0; i < 25; i++) {
        opened.push(openHere());
        opened.at(-1)?.process(frame);
      }
    };
    expect(openMany).toThrow(/loadAec3/);
    const elsewhere = (await loadAec3())();
    expect(elsewhere.process(frame)).toHaveLength(480);
    elsewhere.close();
    for (const canceller of opened) canceller.close();
    const again = openHere();
    expect(again.process(frame)).toHaveLength(480);
    again.close();
  });
});
