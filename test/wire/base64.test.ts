import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';

type Base64 = typeof import('../../src/wire/base64.js');

const load = async (buffer: boolean): Promise<Base64> => {
  vi.resetModules();
  if (!buffer) vi.stubGlobal('Buffer', undefined);
  const base64 = await import('../../src/wire/base64.js');
  vi.unstubAllGlobals();
  return base64;
};

const samples = fc.int16Array({ maxLength: 600 });

afterEach(() => vi.unstubAllGlobals());

describe.each([
  ['with Buffer', true],
  ['without Buffer', false],
])('base64 %s', (_, buffer) => {
  it('encodes as Buffer does', async () => {
    const { toBase64, bytesToBase64 } = await load(buffer);
    fc.assert(
      fc.property(samples, (pcm) => {
        const bytes = Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength);
        expect(toBase64(pcm)).toBe(bytes.toString('base64'));
        expect(bytesToBase64(new Uint8Array(bytes))).toBe(bytes.toString('base64'));
      }),
    );
  });

  it('encodes a view into a larger array', async () => {
    const { toBase64 } = await load(buffer);
    expect(toBase64(Int16Array.of(9, 1, 2, 9).subarray(1, 3))).toBe(toBase64(Int16Array.of(1, 2)));
  });

  it('decodes what it encoded', async () => {
    const { toBase64, fromBase64 } = await load(buffer);
    fc.assert(
      fc.property(samples, (pcm) => {
        expect(fromBase64(toBase64(pcm))).toEqual(Int16Array.from(pcm));
      }),
    );
  });

  it('decodes bytes', async () => {
    const { bytesToBase64, bytesFromBase64 } = await load(buffer);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(bytesFromBase64(bytesToBase64(bytes))).toEqual(Uint8Array.from(bytes));
      }),
    );
  });

  it('writes samples little endian', async () => {
    const { toBase64 } = await load(buffer);
    expect(toBase64(Int16Array.of(0x0102))).toBe(btoa('\x02\x01'));
  });

  it('drops an odd last byte', async () => {
    const { fromBase64 } = await load(buffer);
    expect(fromBase64(btoa('\x01\x00\x02'))).toEqual(Int16Array.of(1));
  });

  it('keeps arrays that it handed out', async () => {
    const { toBase64, fromBase64, isBase64 } = await load(buffer);
    const handed = Array.from({ length: 300 }, (_, n) => [n, fromBase64(toBase64(new Int16Array(480 + n).fill(n)))] as const);
    isBase64(toBase64(new Int16Array(9)));
    toBase64(new Int16Array(900).fill(-1));
    for (const [n, pcm] of handed) expect(pcm).toEqual(new Int16Array(480 + n).fill(n));
  });

  it('hands out the same text as two arrays', async () => {
    const { fromBase64, isBase64 } = await load(buffer);
    isBase64('AQAC');
    const first = fromBase64('AQAC');
    const second = fromBase64('AQAC');
    first?.fill(7);
    expect(second).toEqual(Int16Array.of(1));
  });

  it('decodes more than a slab holds', async () => {
    const { toBase64, fromBase64, isBase64 } = await load(buffer);
    const pcm = Int16Array.from({ length: 100_000 }, (_, n) => n);
    const text = toBase64(pcm);
    expect(fromBase64(text)).toEqual(pcm);
    expect(fromBase64('AQAC')).toEqual(Int16Array.of(1));
    toBase64(new Int16Array());
    expect(isBase64(text)).toBe(true);
  });

  it.each([
    'A',
    'AA',
    'AAA',
    'AAAA=',
    'A===',
    '====',
    '=AAA',
    'AA=A',
    'AA A',
    'AAAA\n',
    'AA==AAAA',
    'A"AA',
    'A\\AA',
    'A\u0000AA',
    'Aé/A',
  ])('refuses %j', async (text) => {
    const { fromBase64, bytesFromBase64, isBase64 } = await load(buffer);
    expect(isBase64(text)).toBe(false);
    expect(fromBase64(text)).toBeUndefined();
    expect(bytesFromBase64(text)).toBeUndefined();
  });

  it('takes no text for an empty array', async () => {
    const { fromBase64, toBase64 } = await load(buffer);
    expect(fromBase64('')).toEqual(new Int16Array());
    expect(toBase64(new Int16Array())).toBe('');
  });
});
