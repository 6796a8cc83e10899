import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePayload, encodePayload, sampleRateOf } from '../../src/wire/payload.js';

const samples = fc.array(fc.integer({ min: -32_768, max: 32_767 })).map((values) => Int16Array.from(values));

describe('payload', () => {
  it('gives back PCM16 as it was', () => {
    fc.assert(
      fc.property(samples, (pcm) => {
        expect(decodePayload(encodePayload(pcm, 'pcm16'), 'pcm16')).toEqual(pcm);
      }),
    );
  });

  it.each(['pcmu', 'pcma'] as const)('gives back %s to within a step of the law, a byte a sample', (law) => {
    fc.assert(
      fc.property(samples, (pcm) => {
        const payload = encodePayload(pcm, law);
        expect(atob(payload).length).toBe(pcm.length);
        decodePayload(payload, law)?.forEach((sample, at) => {
          const was = pcm[at] ?? 0;
          // G.711 has 4 bits of mantissa
          expect(Math.abs(sample - was)).toBeLessThanOrEqual(Math.abs(was) / 16 + 140);
        });
      }),
    );
  });

  it('is undefined for what is not base64', () => {
    expect(decodePayload('§§§§', 'pcm16')).toBeUndefined();
    expect(decodePayload('AAA', 'pcmu')).toBeUndefined();
  });

  it('is undefined for half a sample of PCM16, for what follows would be noise', () => {
    expect(decodePayload(btoa('\x01\x00\x02'), 'pcm16')).toBeUndefined();
    expect(decodePayload(btoa('\x01\x00\x02'), 'pcmu')?.length).toBe(3);
  });

  it('has the rates of the service', () => {
    expect([sampleRateOf('pcm16'), sampleRateOf('pcmu'), sampleRateOf('pcma')]).toEqual([24_000, 8000, 8000]);
  });
});
