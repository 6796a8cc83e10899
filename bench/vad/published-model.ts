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

/** Silero VAD as it was published, run by onnxruntime on one thread: a fold over windows of 576 samples, 64 of them from the window before. */
export const publishedModel = async (): Promise<(window: Float32Array) => Promise<number>> => {
  const { InferenceSession, Tensor } = require('onnxruntime-node') as Runtime;
  const path = require.resolve('@ricky0123/vad-web/dist/silero_vad_v6.onnx');
  const session = await InferenceSession.create(path, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  const sr = new Tensor('int64', BigInt64Array.of(16_000n), []);
  let state: Float32Array = new Float32Array(256);
  return async (window) => {
    const input = new Tensor('float32', window, [1, 576]);
    const { output, stateN } = await session.run({ input, state: new Tensor('float32', state, [2, 1, 128]), sr });
    state = stateN?.data ?? state;
    return output?.data[0] ?? Number.NaN;
  };
};
