import { from, lastValueFrom, of, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { reduceNoise } from '../../../operators/audio/reduceNoise.js';
import type { FrameProcessor } from '../../../src/dsp/frame-processor.js';
import { loadNoiseReducer, type NoiseModel } from '../../../src/dsp/noise-reducer.js';
import { inFrames, treated } from '../../dsp/speech-in-noise.js';
import { marbles } from '../../marbles.js';

const samples = Int16Array.from({ length: 4800 }, (_, at) => 9000 * Math.sin(at / 9));
const frames = inFrames(samples, 24_000, [480]).map((frame) => ({ ...frame, vad: 'speech' }));

describe('reduceNoise', () => {
  it.each(['rnnoise', 'speex'] as const)('does to a stream what the processor %s does, and leaves all else', async (model) => {
    const processor = (await loadNoiseReducer({ model }))();
    const expected = treated(processor, samples, 24_000);
    processor.close();
    const out = await lastValueFrom(from(frames).pipe(reduceNoise({ model }), toArray()));
    expect(out.flatMap((frame) => [...frame.samples])).toEqual([...expected]);
    expect(out.map(({ position, vad }) => [position, vad])).toEqual(frames.map(({ position }) => [position, 'speech']));
  });

  it(
    'emits in the tick of each frame with a reducer that is loaded',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const reducer = (): FrameProcessor => ({
        delayMs: 0,
        process: (frame) => frame.samples.map((sample) => -sample),
        reset: () => undefined,
        close: () => undefined,
      });
      const a = { samples: Int16Array.of(1), sampleRate: 8000, position: 0 };
      const source = hot('-a-|', { a });
      expectObservable(source.pipe(reduceNoise({ reducer }))).toBe('-b-|', { b: { ...a, samples: Int16Array.of(-1) } });
      expectSubscriptions(source.subscriptions).toBe('^--!');
    }),
  );

  it('refuses a model that there is not, on call', () => {
    expect(() => of(...frames).pipe(reduceNoise({ model: 'none' as NoiseModel }))).toThrow(RangeError);
  });
});
