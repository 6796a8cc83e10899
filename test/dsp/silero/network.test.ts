import { describe, expect, it } from 'vitest';
import { type Kernel, plainKernel, vectorKernel } from '../../../src/dsp/silero/kernel.js';
import { sileroNetwork, stateLength } from '../../../src/dsp/silero/network.js';
import { sileroWeights } from '../../../src/dsp/silero/silero-weights.js';
import { published } from './model-file.js';
import { joined, noise, prompts, question } from './sound.js';

const vectors = vectorKernel() as Kernel;
const kernels = { WebAssembly: vectors, JavaScript: plainKernel() };

/** Probabilities of all windows, one after the other. */
const heard = (kernel: Kernel, samples: Int16Array): readonly number[] => {
  const { hear } = sileroNetwork(sileroWeights, kernel);
  const state = new Float32Array(stateLength);
  const window = new Float32Array(576);
  return Array.from({ length: Math.floor(samples.length / 512) }, (_, i) => {
    window.copyWithin(0, 512);
    for (let n = 0; n < 512; n++) window[64 + n] = (samples[i * 512 + n] as number) / 32_768;
    return hear(window, state);
  });
};
const farthest = (some: readonly number[], others: readonly number[]): number =>
  Math.max(...some.map((value, i) => Math.abs(value - (others[i] ?? Number.NaN))));

describe('sileroNetwork', () => {
  it('has vectors in this runtime', () => {
    expect(vectorKernel()).toBeDefined();
  });

  it('says what the published model says, of speech, noise, silence and the loudest sound there is', async () => {
    const loudest = Int16Array.from({ length: 8192 }, (_, i) => (i % 64 < 32 ? 32_767 : -32_768));
    const sound = joined(await question(), noise(8192, 8000), new Int16Array(8192), loudest, await question());
    const expected = await published(sound);
    expect(expected.filter((probability) => probability > 0.5).length).toBeGreaterThan(60);
    for (const kernel of Object.values(kernels)) expect(farthest(heard(kernel, sound), expected)).toBeLessThan(1e-4);
  });

  describe.each(prompts())('of %s (needs ../shared)', (_, samples) => {
    it('says what the published model says, of every window', async () => {
      const expected = await published(samples);
      expect(expected).toHaveLength(375);
      for (const kernel of Object.values(kernels)) expect(farthest(heard(kernel, samples), expected)).toBeLessThan(1e-4);
    });
  });

  it('does not mix the streams that share it', async () => {
    const { hear } = sileroNetwork(sileroWeights, vectors);
    const [one, other] = [new Float32Array(stateLength), new Float32Array(stateLength)];
    const samples = await question();
    const alone = heard(vectors, samples);
    const window = new Float32Array(576);
    const loud = Float32Array.from(noise(576, 8000), (sample) => sample / 32_768);
    const together = alone.map((_, i) => {
      window.copyWithin(0, 512);
      for (let n = 0; n < 512; n++) window[64 + n] = (samples[i * 512 + n] as number) / 32_768;
      hear(loud, other);
      return hear(window, one);
    });
    expect(together).toEqual(alone);
  });

  it('refuses a memory that is too small', () => {
    const small = { ...plainKernel(), heap: new Float32Array(1000) };
    expect(() => sileroNetwork(sileroWeights, small)).toThrow('does not fit');
  });
});
