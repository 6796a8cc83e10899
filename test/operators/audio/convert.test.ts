import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convert } from '../../../operators/audio/convert.js';
import { chunk } from '../../../src/dsp/formats/chunk.js';
import { joinBytes } from '../../../src/dsp/formats/join-bytes.js';
import { decodeRaw, encodeRaw } from '../../../src/dsp/formats/raw-samples.js';
import { validate } from '../../../src/dsp/formats/validate.js';
import { wavHeader } from '../../../src/dsp/wav.js';
import { sine, snrDb } from '../../dsp/formats/signal.js';

const ramp = Int16Array.from({ length: 300 }, (_, i) => i * 100 - 15_000);
const bytes = encodeRaw(ramp, 'pcm16');
const fixture = (name: string): Uint8Array => readFileSync(new URL(`../../fixtures/${name}`, import.meta.url));

describe('convert', () => {
  it.each(['float32', 'wav'] as const)('goes by way of %s and back without a loss', async (format) => {
    const there = await convert(bytes, { from: 'pcm16', to: format });
    expect(await convert(there, { from: format === 'wav' ? 'auto' : format, to: 'pcm16' })).toEqual(bytes);
  });

  it.each(['pcm8', 'mulaw', 'alaw'] as const)('goes by way of %s and back as that format can', async (format) => {
    const there = await convert(bytes, { from: 'pcm16', to: format });
    expect(await convert(there, { from: format, to: 'pcm16' })).toEqual(
      encodeRaw(decodeRaw(encodeRaw(ramp, format), format), 'pcm16'),
    );
  });

  it('writes WAV files that say how long they are', async () => {
    const file = await convert(bytes, { from: { format: 'pcm16', sampleRate: 8000 }, to: { format: 'wav', channels: 2 } });
    expect(file.subarray(0, 44)).toEqual(wavHeader(8000, 300, 2));
    expect(validate(file)).toEqual({ ok: true, format: 'wav', sampleRate: 8000, channels: 2, durationMs: 37.5 });
  });

  it('changes rate and channels at once', async () => {
    const from = { format: 'float32', sampleRate: 48_000, channels: 2 } as const;
    const both = sine(440, 48_000, 48_000);
    const stereo = Int16Array.from({ length: 96_000 }, (_, i) => both[i >> 1] ?? 0);
    const out = await convert(encodeRaw(stereo, 'float32'), { from, to: { format: 'pcm16', sampleRate: 8000 } });
    expect(out).toHaveLength(16_000);
    expect(snrDb(decodeRaw(out, 'pcm16'), sine(440, 8000, 8000))).toBeGreaterThan(75);
  });

  it('makes of a browser’s recording what a service reads', async () => {
    const wav = await convert(fixture('mediarecorder-chromium.webm'), { to: { format: 'wav', sampleRate: 16_000 } });
    expect(validate(wav)).toEqual({ ok: true, format: 'wav', sampleRate: 16_000, channels: 1, durationMs: 1500 });
    expect(validate(await convert(wav, { to: 'ogg' }))).toEqual({
      ok: true,
      format: 'ogg',
      sampleRate: 48_000,
      channels: 1,
      durationMs: 1500,
    });
  });

  it('writes WAV and Ogg files of no audio, which can be read', async () => {
    const from = { format: 'pcm16', sampleRate: 8000 } as const;
    const nothing = new Uint8Array(0);
    const wav = await convert(nothing, { from, to: { format: 'wav', channels: 2 } });
    expect(wav).toEqual(wavHeader(8000, 0, 2));
    expect(await convert(nothing, { from, to: { format: 'wav', sampleRate: 16_000 } })).toEqual(wavHeader(16_000, 0));
    expect(await convert(wav, { to: { format: 'wav', sampleRate: 16_000 } })).toEqual(wavHeader(16_000, 0));
    expect(await convert(wav, { to: 'pcm16' })).toEqual(nothing);
    const ogg = await convert(nothing, { from, to: 'ogg' });
    expect(validate(ogg)).toMatchObject({ ok: true, format: 'ogg', durationMs: 0 });
    expect(await convert(ogg, { to: 'pcm16' })).toEqual(nothing);
  });

  it('makes nothing of nothing', async () => {
    expect(await convert(new Uint8Array(0), { from: 'mulaw', to: 'pcm16' })).toEqual(new Uint8Array(0));
  });

  it('rejects what cannot be read, and throws what cannot be written', async () => {
    await expect(convert(bytes, { to: 'pcm16' })).rejects.toMatchObject({ code: 'bad_audio' });
    expect(() => convert(bytes, { from: 'pcm16', to: 'opus' })).toThrow(/no bounds in one piece; take ogg/);
    expect(() => convert(bytes, { from: 'pcm16', to: 'webm' as 'ogg' })).toThrow(RangeError);
  });
});

describe('validate', () => {
  it.each([
    ['mulaw', 8000, 1, 75],
    ['pcm8', 24_000, 2, 12.5],
    ['pcm16', 24_000, 1, 12.5],
    ['float32', 1000, 1, 150],
  ] as const)('tells how long %s is', (format, sampleRate, channels, durationMs) => {
    const audio = encodeRaw(new Int16Array(durationMs * (sampleRate / 1000) * channels), format);
    expect(validate(audio, { format, sampleRate, channels })).toEqual({ ok: true, format, sampleRate, channels, durationMs });
  });

  it.each<[string, Uint8Array, Parameters<typeof validate>[1], readonly RegExp[]]>([
    ['nothing', new Uint8Array(0), 'pcm16', [/it is empty/]],
    [
      'half a sample',
      new Uint8Array(7),
      { format: 'pcm16', channels: 2 },
      [/7 bytes are no whole number of samples: pcm16 takes 4 bytes/],
    ],
    ['a WAV file as samples', wavHeader(8000, 0), 'pcm16', [/begins like wav/]],
    [
      'floats beyond 1',
      new Uint8Array(Float32Array.of(0, 2, -30, Number.NaN).buffer),
      'float32',
      [/1 of its samples are no numbers/, /2 of its samples go beyond ±1, up to 30/],
    ],
    [
      'a WAV file that is cut off',
      joinBytes([wavHeader(8000, 300), bytes.subarray(0, 500)]),
      'auto',
      [/100 bytes of its samples are missing/],
    ],
    [
      'text',
      Uint8Array.from('hello there, hello', (letter) => letter.charCodeAt(0)),
      undefined,
      [/begins like none of WAV, WebM and Ogg/],
    ],
    ['a bad packet', new Uint8Array(0), 'opus', [/packet of it is damaged/]],
    ['Ogg as WebM', fixture('opus-tools-60ms.opus'), 'webm', [/no WebM/]],
  ])('says what is wrong with %s', (_, audio, expected, reasons) => {
    const result = validate(audio, expected);
    expect(result).toEqual({ ok: false, reasons: reasons.map((reason) => expect.stringMatching(reason)) });
  });

  it('throws nothing but a RangeError for a format that does not exist', () => {
    expect(() => validate(bytes, 'mp3' as 'wav')).toThrow(RangeError);
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom('auto', 'pcm16', 'float32', 'pcm8', 'mulaw', 'alaw', 'wav', 'webm', 'ogg', 'opus' as const),
        (audio, format) => {
          const result = validate(audio, format as 'auto');
          if (!result.ok) expect(result.reasons.length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('chunk', () => {
  it('loses and invents nothing, and cuts no sample', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom('pcm16', 'float32', 'mulaw' as const),
        fc.constantFrom(1, 2 as const),
        fc.integer({ min: 1, max: 9 }),
        (audio, format, channels, chunkMs) => {
          const size = { pcm16: 2, float32: 4, mulaw: 1 }[format] * channels;
          const pieces = chunk(audio, { format, channels: channels as 1, sampleRate: 1000, chunkMs });
          expect(joinBytes(pieces)).toEqual(audio.slice(0, audio.length - (audio.length % size)));
          for (const piece of pieces.slice(0, -1)) expect(piece.length).toBe(chunkMs * size);
        },
      ),
    );
  });

  it('fills the last one up with silence, leaves it out, or keeps it', () => {
    const audio = encodeRaw(ramp.subarray(0, 200), 'mulaw');
    const lengths = (tail?: 'keep' | 'pad' | 'drop') =>
      chunk(audio, { format: 'mulaw', sampleRate: 8000, ...(tail ? { tail } : {}) }).map(({ length }) => length);
    expect([lengths(), lengths('pad'), lengths('drop')]).toEqual([[160, 40], [160, 160], [160]]);
    expect(chunk(audio, { format: 'mulaw', sampleRate: 8000, tail: 'pad' })[1]?.at(-1)).toBe(0xff);
  });

  it('refuses what cannot be cut', () => {
    expect(() => chunk(bytes, { format: 'wav' as 'pcm16' })).toThrow(/cannot be cut by time/);
    expect(() => chunk(bytes, { format: 'pcm16', chunkMs: 0 })).toThrow(/chunkMs must be > 0/);
  });
});
