import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inBlocks } from '../../src/dsp/in-blocks.js';

/** Adds the number of the block to each of its samples. */
const numbering = (block: Int16Array | Float32Array) => {
  let count = 0;
  let closed = 0;
  const treatment = inBlocks({
    block: () => block,
    run() {
      count++;
      for (let at = 0; at < block.length; at++) block[at] = (block[at] as number) + 1000 * count;
    },
    close: () => closed++,
  });
  return { treatment, closed: () => closed };
};

describe('inBlocks', () => {
  it('gives each sample a block later, treated with its block, however the audio is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(7), { minLength: 1, maxLength: 12 }), (lengths) => {
        const { treatment } = numbering(new Int16Array(3).fill(99));
        let next = 0;
        const out = lengths.flatMap((length) => [...treatment.process(Int16Array.from({ length }, () => next++))]);
        expect(out).toEqual(out.map((_, at) => (at < 3 ? 0 : at - 3 + 1000 * Math.floor(at / 3))));
      }),
    );
  });

  it('rounds, and holds what is out of range at its ends', () => {
    const block = new Float32Array(4);
    const treatment = inBlocks({
      block: () => block,
      run: () => block.set([1.5, -1.6, 40_000, -40_000]),
      close: () => undefined,
    });
    treatment.process(new Int16Array(4));
    expect([...treatment.process(new Int16Array(4))]).toEqual([2, -2, 32_767, -32_768]);
  });

  it('gives the memory back when it is closed', () => {
    const { treatment, closed } = numbering(new Int16Array(3));
    treatment.close?.();
    expect(closed()).toBe(1);
  });
});
