import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { oggDemuxer } from '../../../src/dsp/formats/ogg-demuxer.js';
import { oggCrc } from '../../../src/dsp/formats/ogg-page.js';
import { webmDemuxer } from '../../../src/dsp/formats/webm-demuxer.js';
import { endWav, readWav, wavHeader, wavStart } from '../../../src/dsp/wav.js';
import { demux } from './demux.js';
import { bytesOf, headPacket, oggFile, packet20, page, tagsPacket } from './ogg-file.js';
import { discard, group, laced, webmFile } from './webm-file.js';

/** The same numbers in each run: a failure can be looked for. */
const numbers = (seed: number) => {
  let state = seed;
  return (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
};

/** How often it was read, and how often refused; whatever else happens fails the test. */
const outcomes = (runs: number, code: string, attempt: (run: number) => void): { read: number; refused: number } => {
  const counts = { read: 0, refused: 0 };
  for (let run = 0; run < runs; run++) {
    try {
      attempt(run);
      counts.read++;
    } catch (error) {
      if ((error as { code?: unknown }).code !== code) throw error;
      counts.refused++;
    }
  }
  return counts;
};

const damage = (file: Uint8Array, random: (below: number) => number): Uint8Array => {
  const damaged = Uint8Array.from(file.subarray(0, random(8) === 0 ? random(file.length) : file.length));
  for (let i = random(4); i > 0; i--) damaged[random(damaged.length)] = random(3) === 0 ? 0xff : random(256);
  return damaged;
};

describe('whatever the bytes, it ends in samples or in one error', () => {
  it('for 100,000 headers of WAV', () => {
    const random = numbers(1);
    const [mono, stereo] = [wavHeader(8000, 10), wavHeader(8000, 10, 2)];
    const word = () => (random(2) === 0 ? random(4) : ([0, 0xff, 0x7f, 0x80, 1][random(5)] ?? 0));
    const counts = outcomes(100_000, 'bad_wav', () => {
      const file = new Uint8Array(64);
      file.set(random(2) === 0 ? mono : stereo);
      for (let i = random(5); i > 0; i--) file[random(44)] = random(2) === 0 ? random(256) : word();
      if (random(10) === 0)
        file.set(
          Uint8Array.from({ length: 24 }, () => random(256)),
          12,
        );
      const cut = 1 + random(64);
      let state = wavStart;
      let samples = 0;
      for (let at = 0; at < file.length; at += cut) {
        const [next, found] = readWav(state, file.subarray(at, at + cut));
        state = next;
        samples += found.length;
      }
      endWav(state);
      if (samples > 20) throw new Error(`${samples} samples of 20 bytes`);
    });
    expect(counts.read).toBeGreaterThan(10_000);
    expect(counts.refused).toBeGreaterThan(10_000);
  });

  it('for 10,000 damaged files of WebM', () => {
    const random = numbers(2);
    const packets = [packet20(1), packet20(2, 300), packet20(3)];
    const file = bytesOf(
      webmFile(packets),
      laced(packets, 1),
      laced(packets, 3),
      group(packet20(7), discard(1e6)),
      webmFile(packets),
    );
    const counts = outcomes(10_000, 'bad_audio', () => demux(webmDemuxer(), damage(file, random), 1 + random(700)));
    expect(counts.read).toBeGreaterThan(1000);
    expect(counts.refused).toBeGreaterThan(1000);
  });

  it('for 10,000 damaged files of Ogg, half of them with checksums that are right', () => {
    const random = numbers(3);
    const file = oggFile([packet20(1), packet20(2, 300), packet20(3)], { perPage: 2 });
    const pages = [0, 1, 2].map((sequence) =>
      page({
        packets: [[headPacket(), tagsPacket(), packet20(1)][sequence] ?? packet20(1)],
        sequence,
        flags: sequence === 0 ? 2 : 0,
      }),
    );
    const rightly = (): Uint8Array =>
      bytesOf(
        ...pages.map((bytes) => {
          const damaged = damage(bytes, random);
          if (damaged.length > 27) new DataView(damaged.buffer).setUint32(22, oggCrc(damaged), true);
          return damaged;
        }),
      );
    const counts = outcomes(10_000, 'bad_audio', (run) =>
      demux(oggDemuxer(), run % 2 === 0 ? damage(file, random) : rightly(), 1 + random(400)),
    );
    expect(counts.read).toBeGreaterThan(1000);
    expect(counts.refused).toBeGreaterThan(1000);
  });

  it('for recordings of a browser that are damaged', () => {
    const random = numbers(4);
    const file = readFileSync(new URL('../../fixtures/mediarecorder-chromium.webm', import.meta.url));
    const counts = outcomes(1000, 'bad_audio', () => demux(webmDemuxer(), damage(file, random), 1 + random(2000)));
    expect(counts.read).toBeGreaterThan(200);
  });
});
