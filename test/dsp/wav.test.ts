import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RawFormat } from '../../src/dsp/formats/byte-format.js';
import { toMono } from '../../src/dsp/formats/mix-channels.js';
import { decodeRaw, encodeRaw } from '../../src/dsp/formats/raw-samples.js';
import { endWav, readWav, type WavFormat, wavHeader, wavStart } from '../../src/dsp/wav.js';
import { EngineError } from '../../src/errors.js';
import { hasShared, shared } from '../shared.js';

const bytesOf = (samples: readonly number[]): Uint8Array => new Uint8Array(Int16Array.from(samples).buffer);
const u16 = (value: number): number[] => [value & 0xff, (value >> 8) & 0xff];
const u32 = (value: number): number[] => [...u16(value & 0xffff), ...u16(value >>> 16)];
const ascii = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0));
const chunk = (id: string, body: ArrayLike<number>, size = body.length): number[] => [
  ...ascii(id),
  ...u32(size),
  ...Array.from(body),
  ...(body.length % 2 === 1 ? [0] : []),
];

interface Fmt {
  tag?: number;
  channels?: number;
  rate?: number;
  bits?: number;
  extra?: readonly number[];
}
const fmt = ({ tag = 1, channels = 1, rate = 24000, bits = 16, extra = [] }: Fmt = {}): number[] =>
  chunk('fmt ', [
    ...u16(tag),
    ...u16(channels),
    ...u32(rate),
    ...u32((rate * channels * bits) / 8),
    ...u16((channels * bits) / 8),
    ...u16(bits),
    ...extra,
  ]);
const riff = (...chunks: readonly number[][]): Uint8Array => {
  const body = chunks.flat();
  return Uint8Array.from([...ascii('RIFF'), ...u32(body.length + 4), ...ascii('WAVE'), ...body]);
};
const extensible = (subformat: number): readonly number[] => [
  ...u16(22),
  ...u16(16),
  ...u32(4),
  ...u16(subformat),
  ...new Array(14).fill(0),
];

const read = (file: Uint8Array, chunkBytes = file.length || 1): { format: WavFormat; samples: number[] } => {
  let state = wavStart;
  const samples: number[] = [];
  for (let at = 0; at < file.length; at += chunkBytes) {
    const [next, more] = readWav(state, file.subarray(at, at + chunkBytes));
    state = next;
    samples.push(...more);
  }
  return { format: endWav(state), samples };
};
const failure = (file: Uint8Array): unknown => {
  try {
    return read(file);
  } catch (error) {
    return error;
  }
};

const LIST = chunk('LIST', ascii('INFOodd'));
const pcm = [1, -2, 300, -32768, 32767];

describe('readWav', () => {
  it('reads mono PCM16', () => {
    expect(read(riff(fmt(), chunk('data', bytesOf(pcm))))).toEqual({
      format: { sampleRate: 24000, channels: 1, encoding: 'pcm16' },
      samples: pcm,
    });
  });

  it('mixes stereo down to the mean', () => {
    const file = riff(fmt({ channels: 2, rate: 8000 }), chunk('data', bytesOf([10, 20, -32768, -32768, 32767, 32767])));
    expect(read(file)).toEqual({ format: { sampleRate: 8000, channels: 2, encoding: 'pcm16' }, samples: [15, -32768, 32767] });
  });

  it.each<[RawFormat, Fmt]>([
    ['pcm8', { tag: 1, bits: 8 }],
    ['float32', { tag: 3, bits: 32 }],
    ['alaw', { tag: 6, bits: 8 }],
    ['mulaw', { tag: 7, bits: 8 }],
  ])('reads %s, mono and stereo, however it is cut', (encoding, header) => {
    const samples = decodeRaw(encodeRaw(Int16Array.of(0, 5000, -5000, 32_000), encoding), encoding);
    const data = chunk('data', encodeRaw(samples, encoding));
    for (const size of [1, 3, 1000]) {
      expect(read(riff(fmt(header), data), size)).toEqual({
        format: { sampleRate: 24000, channels: 1, encoding },
        samples: [...samples],
      });
      expect(read(riff(fmt({ ...header, channels: 2 }), data), size).samples).toEqual([...toMono(samples, 2)]);
    }
  });

  it('passes over other chunks before and after the data, odd ones with their pad byte', () => {
    const file = riff(LIST, fmt(), chunk('fact', u32(5)), LIST, chunk('data', bytesOf(pcm)), LIST);
    expect(read(file).samples).toEqual(pcm);
  });

  it('reads PCM that is declared as extensible', () => {
    const file = riff(fmt({ tag: 0xfffe, extra: extensible(1) }), chunk('data', bytesOf(pcm)));
    expect(read(file).samples).toEqual(pcm);
  });

  it.each([0, 0xffffffff])('reads to the end where neither the file nor its data say how long they are, but %d', (size) => {
    const file = riff(fmt(), chunk('data', bytesOf(pcm), size));
    file.set(u32(size), 4);
    expect(read(file).samples).toEqual(pcm);
  });

  it('finds no audio in data of length 0, and none in what follows', () => {
    expect(read(riff(fmt(), chunk('data', []), LIST)).samples).toEqual([]);
  });

  it('gives what there is of a truncated file, without half a sample', () => {
    const file = riff(fmt(), chunk('data', bytesOf(pcm)));
    expect(read(file.subarray(0, file.length - 3)).samples).toEqual(pcm.slice(0, 3));
  });

  it('reads a file without samples', () => {
    expect(read(riff(fmt(), chunk('data', []))).samples).toEqual([]);
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['an empty file', new Uint8Array(0), /empty/],
    ['a file that ends in its header', riff(fmt()).subarray(0, 10), /ends inside its header/],
    ['text', Uint8Array.from(ascii('hello, this is no audio')), /does not begin with RIFF/],
    ['short text', Uint8Array.from(ascii('hello')), /does not begin with RIFF/],
    ['RF64', Uint8Array.from([...ascii('RF64'), ...u32(4), ...ascii('WAVE')]), /RF64/],
    ['RIFF that is no WAVE', Uint8Array.from([...ascii('RIFF'), ...u32(4), ...ascii('AVI ')]), /not WAVE/],
    ['12 bits', riff(fmt({ bits: 12 }), chunk('data', [1])), /PCM samples have 12 bits, not 8 or 16/],
    ['24 bits', riff(fmt({ bits: 24 }), chunk('data', [1, 2, 3])), /24 bits/],
    ['32 bits', riff(fmt({ bits: 32 }), chunk('data', [1, 2, 3, 4])), /32 bits/],
    ['float of 64 bits', riff(fmt({ tag: 3, bits: 64 }), chunk('data', [1, 2, 3, 4])), /float samples have 64 bits, not 32/],
    ['A-law of 16 bits', riff(fmt({ tag: 6, bits: 16 }), chunk('data', [1])), /A-law samples have 16 bits/],
    ['ADPCM', riff(fmt({ tag: 2, bits: 4 }), chunk('data', [1])), /ADPCM, not PCM/],
    ['an unknown format', riff(fmt({ tag: 1234 }), chunk('data', [1])), /number 1234/],
    ['extensible float of 16 bits', riff(fmt({ tag: 0xfffe, extra: extensible(3) }), chunk('data', [])), /float/],
    ['a short extensible header', riff(fmt({ tag: 0xfffe }), chunk('data', [])), /too short/],
    ['a short fmt chunk', riff(chunk('fmt ', [1, 0, 1, 0])), /too short/],
    ['no channel', riff(fmt({ channels: 0 }), chunk('data', [])), /0 channels/],
    ['six channels', riff(fmt({ channels: 6 }), chunk('data', [])), /6 channels/],
    ['a sample rate of 0', riff(fmt({ rate: 0 }), chunk('data', [])), /0 Hz/],
    ['data before fmt', riff(chunk('data', [1, 2]), fmt()), /before its fmt/],
    ['no fmt chunk', riff(LIST), /no fmt chunk/],
    ['no data chunk', riff(fmt(), LIST), /no data chunk/],
    ['a chunk that claims 4 GB', riff(fmt(), chunk('LIST', [1, 2], 0xfffffff0), chunk('data', [1, 2])), /no data chunk/],
  ])('refuses %s in one clear line', (_, file, what) => {
    const error = failure(file);
    expect(error).toMatchObject({ _tag: 'AudioError', code: 'bad_wav', retryable: false });
    expect((error as Error).message).toMatch(what);
    expect((error as Error).message).toMatch(/^[^\n]+: ffmpeg -i in\.wav -ac 1 -ar 24000 -c:a pcm_s16le out\.wav$/);
  });

  it('gives the same samples whatever the size of the chunks', () => {
    const arbitrary = fc.record({
      samples: fc.array(fc.integer({ min: -32768, max: 32767 }), { maxLength: 60 }),
      channels: fc.constantFrom(1, 2),
      size: fc.integer({ min: 1, max: 64 }),
      before: fc.uint8Array({ maxLength: 9 }),
      extended: fc.boolean(),
    });
    fc.assert(
      fc.property(arbitrary, ({ samples, channels, size, before, extended }) => {
        const header = extended ? fmt({ channels, tag: 0xfffe, extra: extensible(1) }) : fmt({ channels });
        const file = riff(chunk('junk', before), header, chunk('data', bytesOf(samples)), LIST);
        expect(read(file, size)).toEqual(read(file));
        expect(read(file).samples).toHaveLength(Math.floor(samples.length / channels));
      }),
    );
  });

  it('never ends in anything but samples or a bad_wav error', () => {
    const valid = riff(LIST, fmt({ channels: 2 }), chunk('data', bytesOf(pcm)), LIST);
    const damaged = fc
      .array(fc.tuple(fc.nat(valid.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 6 })
      .map((changes) => {
        const file = valid.slice();
        for (const [at, value] of changes) file[at] = value;
        return file;
      });
    fc.assert(
      fc.property(
        fc.oneof(damaged, fc.uint8Array({ maxLength: 200 })),
        fc.integer({ min: 1, max: 50 }),
        fc.nat(250),
        (file, size, end) => {
          try {
            read(file.subarray(0, end), size);
          } catch (error) {
            expect(error).toBeInstanceOf(EngineError);
            expect(error).toMatchObject({ code: 'bad_wav' });
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('does not change the bytes or the state that it is given', () => {
    const file = riff(fmt(), chunk('data', bytesOf(pcm)));
    const [state] = readWav(wavStart, file.subarray(0, 47));
    const reused = file.slice(47);
    const first = readWav(state, reused);
    expect(readWav(state, reused)).toEqual(first);
  });

  it.each([17, 30, 47])('does not keep a window of a buffer that its owner uses again, after %d bytes', (length) => {
    const file = riff(fmt(), chunk('data', bytesOf(pcm)));
    const buffer = file.slice(0, length);
    const [state, before] = readWav(wavStart, buffer);
    buffer.fill(0x55);
    expect([...before, ...readWav(state, file.subarray(length))[1]]).toEqual(pcm);
  });

  it.skipIf(!hasShared)('reads a recording', () => {
    const file = readFileSync(shared('audio/weather-question-24k.wav'));
    const { format, samples } = read(file, 1000);
    expect(format.sampleRate).toBe(24000);
    expect(samples.length).toBeGreaterThan(24000);
  });
});

describe('wavHeader', () => {
  it('is read back as it was written', () => {
    const file = Uint8Array.from([...wavHeader(16000, pcm.length), ...bytesOf(pcm)]);
    expect(read(file)).toEqual({ format: { sampleRate: 16000, channels: 1, encoding: 'pcm16' }, samples: pcm });
  });

  it('counts the bytes of the file as players expect', () => {
    const view = new DataView(wavHeader(24000, 10).buffer);
    expect([view.getUint32(4, true), view.getUint32(28, true), view.getUint32(40, true)]).toEqual([56, 48000, 20]);
  });

  it('says that nobody knows the length, and is read to the end', () => {
    const file = Uint8Array.from([...wavHeader(16000, Number.POSITIVE_INFINITY, 2), ...bytesOf([1, 3, 5, 7])]);
    expect(read(file)).toEqual({ format: { sampleRate: 16000, channels: 2, encoding: 'pcm16' }, samples: [2, 6] });
    expect(new DataView(file.buffer).getUint32(40, true)).toBe(0xffffffff);
  });

  it('stops at what 32 bits can say', () => {
    const view = new DataView(wavHeader(24000, 2 ** 33).buffer);
    expect(view.getUint32(40, true)).toBe(0xffffffff - 44);
  });
});
