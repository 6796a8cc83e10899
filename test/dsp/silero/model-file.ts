import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** What is used of onnxruntime. */
interface Runtime {
  readonly InferenceSession: {
    create(
      path: string,
      options: object,
    ): Promise<{ run(feeds: object): Promise<Record<string, { readonly data: Float32Array }>> }>;
  };
  readonly Tensor: new (type: string, data: Float32Array | BigInt64Array, dims: readonly number[]) => object;
}

/** Probabilities of the windows of 16 kHz audio, one after the other, by the model as it was published. */
export const published = async (samples: Int16Array): Promise<readonly number[]> => {
  const { InferenceSession, Tensor } = require('onnxruntime-node') as Runtime;
  const path = require.resolve('@ricky0123/vad-web/dist/silero_vad_v6.onnx');
  const session = await InferenceSession.create(path, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  const sr = new Tensor('int64', BigInt64Array.of(16_000n), []);
  const window = new Float32Array(576);
  const probabilities: number[] = [];
  let state: Float32Array = new Float32Array(256);
  for (let at = 0; at + 512 <= samples.length; at += 512) {
    window.copyWithin(0, 512);
    window.set(
      Array.from(samples.subarray(at, at + 512), (sample) => sample / 32_768),
      64,
    );
    const input = new Tensor('float32', window.slice(), [1, 576]);
    const { output, stateN } = await session.run({ input, state: new Tensor('float32', state, [2, 1, 128]), sr });
    probabilities.push(output?.data[0] ?? Number.NaN);
    state = stateN?.data ?? state;
  }
  return probabilities;
};
