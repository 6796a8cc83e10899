import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AudioFrame } from '../../../src/audio.js';
import type { SpeechProbability } from '../../../src/dsp/model-vad.js';
import { plainKernel, vectorKernel } from '../../../src/dsp/silero/kernel.js';
import { type SpeechNetwork, sileroNetwork } from '../../../src/dsp/silero/network.js';
import { sileroWeights } from '../../../src/dsp/silero/silero-weights.js';
import { speechStream, type WakeConfig } from '../../../src/dsp/silero/speech-stream.js';
import { framesOf, joined, noise, prompts, question, resampled } from './sound.js';

const network = sileroNetwork(sileroWeights, vectorKernel() ?? plainKernel());
const awake: WakeConfig = { wakeLevel: 0 };

/** A network that writes down what it hears, and says what it is told to. */
const noting = (probability: (count: number) => number = () => 0) => {
  const windows: Float32Array[] = [];
  const states: Float32Array[] = [];
  const noted: SpeechNetwork = {
    hear(window, state) {
      windows.push(window.slice());
      states.push(state.slice());
      state.fill(windows.length);
      return probability(windows.length);
    },
  };
  return { network: noted, windows, states };
};
const bytes = (windows: readonly Float32Array[]): Buffer => Buffer.concat(windows.map(({ buffer }) => Buffer.from(buffer)));
const asked = (stream: SpeechProbability, frames: readonly AudioFrame[]): readonly number[] => frames.map(stream);

let speech: Int16Array = new Int16Array(0);
beforeAll(async () => {
  speech = await question();
});

const cuts = fc
  .array(fc.integer({ min: 0, max: 3200 }), { minLength: 1, maxLength: 6 })
  .filter((cut) => cut.some((length) => length > 0));

describe('speechStream', () => {
  it('hears each window with the 64 samples before it, and silence before the first', () => {
    const { network: noted, windows } = noting();
    const samples = noise(1536, 8000);
    asked(speechStream(noted, awake), framesOf(samples, 16_000, [1536]));
    const heard = Float32Array.from(joined(new Int16Array(64), samples), (sample) => sample / 32_768);
    expect(windows).toEqual([heard.slice(0, 576), heard.slice(512, 1088), heard.slice(1024, 1600)]);
  });

  it.each([8000, 16_000, 24_000, 44_100, 48_000, 22_051])(
    'hears the same windows however the audio is cut, at %i Hz',
    async (rate) => {
      const samples = await resampled(
        joined(speech.subarray(0, 16_000), new Int16Array(16_000), speech.subarray(16_000, 24_000)),
        16_000,
        rate,
      );
      const whole = noting();
      asked(speechStream(whole.network), framesOf(samples, rate, [samples.length]));
      expect(whole.windows.length).toBeGreaterThan(40);
      fc.assert(
        fc.property(cuts, (lengths) => {
          const cut = noting();
          asked(speechStream(cut.network), framesOf(samples, rate, lengths));
          expect(bytes(cut.windows).equals(bytes(whole.windows))).toBe(true);
        }),
        { numRuns: 10 },
      );
    },
  );

  it('gives a frame the highest probability of the windows that end in it, or else the last', () => {
    const said = [0.1, 0.9, 0.3, 0.6];
    const stream = speechStream(noting((count) => said[count - 1] ?? 0).network, awake);
    expect(asked(stream, framesOf(noise(2048, 8000), 16_000, [100, 412, 1024, 300, 212]))).toEqual([0, 0.1, 0.9, 0.3, 0.6]);
  });

  it.each([8000, 24_000, 44_100, 48_000, 96_000])('hears at %i Hz what it hears at 16 kHz', async (rate) => {
    // Both without what 8 kHz does not have.
    const narrow = await resampled(await resampled(speech, 16_000, 8000), 8000, 16_000);
    const expected = asked(speechStream(network, awake), framesOf(narrow, 16_000, [512]));
    const samples = await resampled(narrow, 16_000, rate);
    // The filter looks ahead: a window ends in the next frame.
    const heard = asked(speechStream(network, awake), framesOf(samples, rate, [(rate * 32) / 1000].map(Math.ceil)));
    const farthest = expected.map((value, i) => Math.min(...[0, 1, 2].map((late) => Math.abs((heard[i + late] ?? 1) - value))));
    expect(farthest.reduce((sum, value) => sum + value, 0) / farthest.length).toBeLessThan(0.02);
  });

  it('begins anew at a jump and at a change of rate', () => {
    const { network: noted, windows, states } = noting();
    const stream = speechStream(noted, awake);
    const frame = { samples: noise(1000, 8000), sampleRate: 16_000, position: 0 };
    for (const change of [{}, { position: 1000 }, { position: 2001 }, { position: 3001, sampleRate: 8000 }])
      stream({ ...frame, ...change });
    expect(states.map(([first]) => first)).toEqual([0, 1, 2, 0, 0, 5, 6]);
    expect(windows[3]?.slice(0, 64)).toEqual(new Float32Array(64));
    expect(windows[3]).toEqual(windows[0]);
  });

  it('does not mix streams', () => {
    const alone = asked(speechStream(network), framesOf(speech, 16_000, [320]));
    const [one, other] = [speechStream(network), speechStream(network)];
    const loud = framesOf(noise(speech.length, 8000), 16_000, [320]);
    const together = framesOf(speech, 16_000, [320]).map((frame, i) => {
      other(loud[i] ?? frame);
      return one(frame);
    });
    expect(together).toEqual(alone);
  });

  it('takes frames without samples, the loudest there are, and refuses a rate that is none', () => {
    const stream = speechStream(network);
    expect(stream({ samples: new Int16Array(0), sampleRate: 16_000, position: 0 })).toBe(0);
    const loudest = { samples: new Int16Array(3200).fill(-32_768), sampleRate: 16_000, position: 0 };
    expect(stream(loudest)).toSatisfy((probability: number) => probability >= 0 && probability <= 1);
    for (const sampleRate of [0, -1, Number.NaN]) expect(() => stream({ ...loudest, sampleRate })).toThrow(RangeError);
  });
});

describe('a speechStream in silence', () => {
  const second = new Int16Array(16_000);

  it('asks the network for half a second, and not again', () => {
    const { network: noted, windows } = noting();
    const stream = speechStream(noted);
    asked(stream, framesOf(joined(...new Array<Int16Array>(60).fill(second)), 16_000, [320]));
    expect(windows).toHaveLength(16);
  });

  it('asks it all the time where it may not rest, or where it hears speech', () => {
    const minute = framesOf(joined(...new Array<Int16Array>(60).fill(second)), 16_000, [320]);
    const [sleepless, sure] = [noting(), noting(() => 0.5)];
    asked(speechStream(sleepless.network, awake), minute);
    asked(speechStream(sure.network), minute);
    expect([sleepless.windows.length, sure.windows.length]).toEqual([1875, 1875]);
  });

  it('wakes at the first window with a sample of that level, and hears the three before it', () => {
    const { network: noted, windows } = noting();
    const stream = speechStream(noted);
    const samples = new Int16Array(512 * 101);
    samples[512 * 99] = 60;
    samples[512 * 100 + 511] = -66;
    asked(stream, framesOf(samples, 16_000, [320, 17]));
    expect(windows).toHaveLength(16 + 4);
    expect(windows[18]?.[64]).toBeCloseTo(60 / 32_768, 7);
    expect(windows[19]?.[575]).toBeCloseTo(-66 / 32_768, 7);
  });

  it('goes on from the state that quiet has brought the network to', () => {
    const { network: noted, states } = noting();
    asked(speechStream(noted), framesOf(joined(second, second, noise(512, 8000)), 16_000, [320]));
    expect(states.map(([first]) => first)).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  const spoken: readonly (readonly [string, () => Promise<Int16Array>])[] = [
    ['of the package', question],
    ...prompts().map(([name, samples]) => [name, () => Promise.resolve(samples)] as const),
  ];
  it.each(spoken)('hears speech %s as soon afterwards as a network that never rested', async (_, sound) => {
    const samples = await sound();
    const quiet = joined(...new Array<Int16Array>(5).fill(second));
    const frames = framesOf(joined(samples, quiet, samples, noise(80_000, 60), samples), 16_000, [512]);
    const [rested, sleepless] = [asked(speechStream(network), frames), asked(speechStream(network, awake), frames)];
    const onsets = (probabilities: readonly number[]): readonly number[] =>
      [0, samples.length + 80_000, 2 * (samples.length + 80_000)].map((from) =>
        probabilities.findIndex((probability, i) => i * 512 >= from && probability >= 0.5),
      );
    const late = onsets(rested).map((onset, i) => onset - (onsets(sleepless)[i] ?? 0));
    expect(Math.max(...late)).toBeLessThanOrEqual(0);
    const speaks = (probabilities: readonly number[]) => probabilities.filter((probability) => probability >= 0.5).length;
    expect(speaks(rested) / speaks(sleepless)).toBeGreaterThan(0.99);
  });
});
