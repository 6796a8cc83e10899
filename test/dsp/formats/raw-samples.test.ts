import { alaw, mulaw } from 'alawmulaw';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesPerSample, type RawFormat } from '../../../src/dsp/formats/byte-format.js';
import { fromMono, toMono } from '../../../src/dsp/formats/mix-channels.js';
import { decodeRaw, encodeRaw } from '../../../src/dsp/formats/raw-samples.js';

const everySample = Int16Array.from({ length: 65_536 }, (_, i) => i - 32_768);
const everyByte = Uint8Array.from({ length: 256 }, (_, i) => i);
const floats = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);

describe('encodeRaw and decodeRaw', () => {
  it.each(['pcm16', 'float32'] as const)('lose nothing in %s, of all 65,536 samples', (format) => {
    expect(decodeRaw(encodeRaw(everySample, format), format)).toEqual(everySample);
  });

  it.each([
    ['mulaw', mulaw],
    ['alaw', alaw],
  ] as const)('give of all 65,536 samples in %s what the reference gives', (format, reference) => {
    const bytes = encodeRaw(everySample, format);
    expect(bytes).toEqual(reference.encode(everySample));
    expect(decodeRaw(bytes, format)).toEqual(reference.decode(bytes));
  });

  it('are off by no more than half a step in 8 bits, but at the very top', () => {
    const back = decodeRaw(encodeRaw(everySample, 'pcm8'), 'pcm8');
    const off = everySample.map((sample, i) => Math.abs(sample - (back[i] as number)));
    expect(Math.max(...off.subarray(0, 65_408))).toBe(128);
    expect(Math.max(...off.subarray(65_408))).toBe(255);
  });

  it('keep silence silent, at 128 in 8 bits', () => {
    expect(encodeRaw(new Int16Array(2), 'pcm8')).toEqual(Uint8Array.of(128, 128));
    for (const format of ['pcm16', 'float32', 'pcm8', 'alaw', 'mulaw'] as const) {
      expect(decodeRaw(encodeRaw(new Int16Array(2), format), format).every((sample) => Math.abs(sample) <= 8)).toBe(true);
    }
  });

  it.each(['pcm8', 'mulaw', 'alaw'] as const)('give back every sample that %s has', (format) => {
    const samples = decodeRaw(everyByte, format);
    expect(decodeRaw(encodeRaw(samples, format), format)).toEqual(samples);
  });

  it('clip floats, and take what is no number for silence', () => {
    expect(decodeRaw(floats(1, -1, 1.5, -7, Number.NaN, Number.POSITIVE_INFINITY, -0, 0.5), 'float32')).toEqual(
      Int16Array.of(32_767, -32_768, 32_767, -32_768, 0, 32_767, 0, 16_384),
    );
  });

  it('leave out what is no whole sample, and read from odd addresses', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<RawFormat>('pcm16', 'float32', 'pcm8', 'mulaw', 'alaw'),
        fc.uint8Array({ maxLength: 40 }),
        fc.nat(3),
        (format, bytes, from) => {
          const samples = decodeRaw(bytes.subarray(from), format);
          expect(samples).toEqual(decodeRaw(bytes.slice(from), format));
          expect(samples).toHaveLength(Math.floor(Math.max(0, bytes.length - from) / bytesPerSample(format)));
        },
      ),
    );
  });
});

describe('toMono and fromMono', () => {
  it('take the mean, which never clips', () => {
    expect(toMono(Int16Array.of(10, 20, -32_768, -32_768, 32_767, 32_767, 5, -6), 2)).toEqual(
      Int16Array.of(15, -32_768, 32_767, -1),
    );
  });

  it('give what is on both sides back as it was', () => {
    expect(toMono(fromMono(everySample, 2), 2)).toEqual(everySample);
    expect(toMono(everySample, 1)).toBe(everySample);
    expect(fromMono(everySample, 1)).toBe(everySample);
  });
});
