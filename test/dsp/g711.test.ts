import { alaw, mulaw } from 'alawmulaw';
import { describe, expect, it } from 'vitest';
import { decodeG711, encodeG711 } from '../../src/dsp/g711.js';

const everySample = Int16Array.from({ length: 65_536 }, (_, i) => i - 32_768);
const everyByte = Uint8Array.from({ length: 256 }, (_, i) => i);

describe.each([
  ['pcmu', mulaw],
  ['pcma', alaw],
] as const)('G.711 %s', (law, reference) => {
  it('encodes all samples as the reference does', () => {
    expect(encodeG711(everySample, law)).toEqual(reference.encode(everySample));
  });

  it('decodes all bytes as the reference does', () => {
    expect(decodeG711(everyByte, law)).toEqual(reference.decode(everyByte));
  });

  it('keeps what it has decoded once', () => {
    const once = decodeG711(encodeG711(everySample, law), law);
    expect(decodeG711(encodeG711(once, law), law)).toEqual(once);
  });

  it('takes empty audio and views', () => {
    expect(encodeG711(new Int16Array(), law)).toEqual(new Uint8Array());
    expect(encodeG711(everySample.subarray(10, 12), law)).toHaveLength(2);
    expect(decodeG711(everyByte.subarray(1, 3), law)).toEqual(decodeG711(everyByte, law).slice(1, 3));
  });
});
