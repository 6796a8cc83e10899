import { publishedModel } from '../../../bench/vad/published-model.js';

/** Probabilities of the windows of 16 kHz audio, one after the other, by the model as it was published. */
export const published = async (samples: Int16Array): Promise<readonly number[]> => {
  const hear = await publishedModel();
  const window = new Float32Array(576);
  const probabilities: number[] = [];
  for (let at = 0; at + 512 <= samples.length; at += 512) {
    window.copyWithin(0, 512);
    for (let i = 0; i < 512; i++) window[64 + i] = (samples[at + i] as number) / 32_768;
    probabilities.push(await hear(window.slice()));
  }
  return probabilities;
};
