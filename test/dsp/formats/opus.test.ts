import { readFileSync } from 'node:fs';
import { firstValueFrom, of, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { decodeStream } from '../../../operators/audio/decodeStream.js';
import { resample } from '../../../operators/resample.js';
import { openOpusDecoder, openOpusEncoder } from '../../../src/dsp/formats/opus.js';
import { opusDuration } from '../../../src/dsp/formats/opus-packet.js';
import { alignment, correlation } from './signal.js';

const file = readFileSync(new URL('../../../assets/question-tokyo-24k.wav', import.meta.url));
const frames = await firstValueFrom(of(file).pipe(decodeStream(), resample({ to: 48_000 }), toArray()));
const speech = Int16Array.from(frames.flatMap(({ samples }) => [...samples])).subarray(0, 96_000);
const level = (samples: Int16Array): number => Math.sqrt(samples.reduce((sum, sample) => sum + sample ** 2, 0) / samples.length);

const packetsOf = async (config: Parameters<typeof openOpusEncoder>[0] = {}): Promise<Uint8Array[]> => {
  const encoder = await openOpusEncoder(config);
  const packets: Uint8Array[] = [];
  for (let at = 0; at + encoder.packetSamples <= speech.length; at += encoder.packetSamples)
    packets.push(encoder.encode(speech.subarray(at, at + encoder.packetSamples)));
  encoder.close();
  encoder.close();
  return packets;
};

describe('Opus', () => {
  it.each([8000, 16_000, 24_000, 48_000] as const)(
    'gives speech back at %i Hz, late by what the encoder looks ahead',
    async (sampleRate) => {
      const { lookahead, close } = await openOpusEncoder();
      close();
      const decoder = await openOpusDecoder(sampleRate);
      const out = Int16Array.from((await packetsOf()).flatMap((packet) => [...decoder.decode(packet)]));
      decoder.close();
      decoder.close();
      expect(out).toHaveLength(sampleRate * 2);
      if (sampleRate !== 48_000) return;
      const found = alignment(out.subarray(lookahead + 20_000), speech.subarray(20_000, speech.length - lookahead));
      expect(Math.abs(found.lag)).toBeLessThanOrEqual(5);
      expect(found.correlation).toBeGreaterThan(0.95);
    },
  );

  it.each([2.5, 5, 10, 20, 40, 60])('says of packets of %d ms how long they are', async (packetMs) => {
    for (const bitrate of [8000, 24_000, 128_000])
      expect(new Set((await packetsOf({ packetMs, bitrate })).map(opusDuration))).toEqual(new Set([packetMs * 48]));
  });

  it('recovers a lost packet from the next one, better than it makes one up', async () => {
    const packets = await packetsOf({ packetLossPercent: 50 });
    const lossy = async (fill: 'recover' | 'conceal'): Promise<{ alike: number; length: number }> => {
      const [whole, broken] = [await openOpusDecoder(), await openOpusDecoder()];
      const alike: number[] = [];
      let length = 0;
      packets.forEach((packet, i) => {
        const wanted = whole.decode(packet);
        const next = packets[i + 1];
        const isLost = i % 5 === 4 && next !== undefined;
        const got = !isLost ? broken.decode(packet) : fill === 'recover' ? broken.recover(next, 960) : broken.conceal(960);
        length += got.length;
        if (isLost && level(wanted) > 500) alike.push(correlation(got, wanted));
      });
      whole.close();
      broken.close();
      return { alike: alike.reduce((sum, value) => sum + value, 0) / alike.length, length };
    };
    const [recovered, concealed] = [await lossy('recover'), await lossy('conceal')];
    expect(recovered.length).toBe(packets.length * 960);
    expect(concealed.length).toBe(packets.length * 960);
    expect(recovered.alike).toBeGreaterThan(concealed.alike + 0.1);
  });

  it('amplifies by what is said, in 1/256 dB', async () => {
    const [plain, loud] = [await openOpusDecoder(), await openOpusDecoder()];
    loud.amplify(-6 * 256);
    const packets = (await packetsOf()).slice(10, 40);
    const levels = [plain, loud].map((decoder) =>
      level(Int16Array.from(packets.flatMap((packet) => [...decoder.decode(packet)]))),
    );
    expect(20 * Math.log10((levels[1] ?? 0) / (levels[0] ?? 1))).toBeCloseTo(-6, 1);
    plain.close();
    loud.close();
  });

  it('frees its memory', async () => {
    for (let i = 0; i < 300; i++) {
      (await openOpusDecoder()).close();
      (await openOpusEncoder()).close();
    }
    const decoder = await openOpusDecoder();
    expect(decoder.conceal(960)).toEqual(new Int16Array(960));
    decoder.close();
  });

  it('refuses what is no packet, and rates that Opus does not have', async () => {
    const decoder = await openOpusDecoder();
    expect(() => decoder.decode(Uint8Array.of(255, 255, 255))).toThrow(expect.objectContaining({ code: 'bad_audio' }));
    decoder.close();
    expect(() => openOpusDecoder(44_100 as 48_000)).toThrow(RangeError);
    expect(() => openOpusEncoder({ packetMs: 30 })).toThrow(/packets of Opus are of/);
  });
});
