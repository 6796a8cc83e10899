import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { oggDemuxer } from '../../../src/dsp/formats/ogg-demuxer.js';
import { oggPackets } from '../../../src/dsp/formats/ogg-packets.js';
import { demux, failureOf, packetsOf } from './demux.js';
import { ascii, bytesOf, headPacket, oggFile, packet20, page, tagsPacket } from './ogg-file.js';

const packets = Array.from({ length: 8 }, (_, i) => packet20(i, 10 + 60 * i));
const read = (file: Uint8Array, piece?: number) => demux(oggDemuxer(), file, piece);

describe('oggDemuxer', () => {
  it('gives the head, then each packet once and in order', () => {
    const parts = read(oggFile(packets));
    expect(parts[0]).toEqual({ type: 'head', head: { channels: 1, preSkip: 312, gain: 0 } });
    expect(packetsOf(parts)).toEqual(packets);
    expect(parts).toHaveLength(1 + packets.length);
  });

  it('gives the same however the bytes are cut', () => {
    const file = oggFile(packets, { samples: 5000 });
    const whole = read(file);
    for (const piece of [1, 2, 27, 100, 254, 255, 256, 1000]) expect(read(file, piece)).toEqual(whole);
  });

  it('cuts the padding off the end, over more than one packet', () => {
    const trims = read(oggFile(packets, { perPage: 8, preSkip: 0, samples: 8 * 960 - 1500 })).map(
      (part) => 'trim' in part && part.trim,
    );
    expect(trims).toEqual([false, 0, 0, 0, 0, 0, 0, 540, 960]);
  });

  it('puts packets together that go over three pages', () => {
    const long = new Uint8Array(1000).fill(5).fill(0x78, 0, 1);
    const file = bytesOf(
      page({ packets: [headPacket()], flags: 2 }),
      page({ packets: [tagsPacket()], sequence: 1 }),
      page({ packets: [packet20(1), long.subarray(0, 255)], goesOn: true, granule: 960, sequence: 2 }),
      page({ packets: [long.subarray(255, 510)], goesOn: true, granule: -1, flags: 1, sequence: 3 }),
      page({ packets: [long.subarray(510), packet20(2)], granule: 2880, flags: 1 + 4, sequence: 4 }),
    );
    expect(packetsOf(read(file))).toEqual([packet20(1), long, packet20(2)]);
  });

  it('reads packets whose length is a multiple of 255', () => {
    const packet = packet20(1, 510);
    expect(packetsOf(read(oggFile([packet, packet20(2)])))).toEqual([packet, packet20(2)]);
  });

  it('reads streams one after the other, with or without an end', () => {
    const [a, b, c] = [
      oggFile(packets.slice(0, 2), { serial: 1 }),
      oggFile(packets.slice(2, 4), { serial: 2 }),
      oggFile(packets.slice(4), { serial: 1 }),
    ];
    const unended = bytesOf(
      page({ packets: [headPacket()], flags: 2 }),
      page({ packets: [tagsPacket()], sequence: 1 }),
      page({ packets: [packet20(9)], granule: 960, sequence: 2 }),
    );
    const parts = read(bytesOf(a, b, unended, c), 50);
    expect(parts.filter(({ type }) => type === 'head')).toHaveLength(4);
    expect(packetsOf(parts)).toEqual([...packets.slice(0, 4), packet20(9), ...packets.slice(4)]);
  });

  it('ends well where another stream has begun that has no audio yet', () => {
    const again = page({ packets: [headPacket()], flags: 2, serial: 2 });
    expect(packetsOf(read(bytesOf(oggFile(packets), again)))).toEqual(packets);
  });

  it('leaves out other streams', () => {
    const file = bytesOf(
      page({ packets: [bytesOf([0x80], ascii('theora'))], flags: 2, serial: 1 }),
      page({ packets: [headPacket()], flags: 2 }),
      page({ packets: [headPacket({ channels: 2 })], flags: 2, serial: 3 }),
      page({ packets: [ascii('video')], sequence: 1, serial: 1 }),
      page({ packets: [tagsPacket()], sequence: 1 }),
      page({ packets: [tagsPacket()], sequence: 1, serial: 3 }),
      page({ packets: [packet20(1)], granule: 960, sequence: 2 }),
      page({ packets: [packet20(3)], granule: 960, sequence: 2, serial: 3 }),
    );
    expect(packetsOf(read(file))).toEqual([packet20(1)]);
    expect(read(file)).toHaveLength(2);
  });

  it('says how much is missing where pages are, and drops half a packet', () => {
    const file = (...lost: number[]) =>
      bytesOf(
        page({ packets: [headPacket()], flags: 2 }),
        page({ packets: [tagsPacket()], sequence: 1 }),
        ...[
          page({ packets: [packet20(1)], granule: 960, sequence: 2 }),
          page({ packets: [packet20(2), packet20(3, 255)], goesOn: true, granule: 1920, sequence: 3 }),
          page({ packets: [packet20(4, 20), packet20(5)], flags: 1, granule: 3840, sequence: 4 }),
        ].filter((_, i) => !lost.includes(i)),
      );
    expect(packetsOf(read(file()))).toHaveLength(4);
    expect(read(file(1)).slice(1)).toEqual([
      { type: 'packet', packet: packet20(1), trim: 0, lost: 0 },
      { type: 'packet', packet: packet20(5), trim: 0, lost: 1920 },
    ]);
  });

  it('does not put the beginning of a lost packet before another one', () => {
    const file = bytesOf(
      page({ packets: [headPacket()], flags: 2 }),
      page({ packets: [tagsPacket()], sequence: 1 }),
      page({ packets: [packet20(1), packet20(2, 255)], goesOn: true, granule: 960, sequence: 2 }),
      page({ packets: [packet20(4)], granule: 3840, sequence: 4 }),
    );
    expect(packetsOf(read(file))).toEqual([packet20(1), packet20(4)]);
    expect(read(file)[2]).toMatchObject({ lost: 1920 });
  });

  it('keeps of packets that do not matter only what tells them', () => {
    const segments = Array.from({ length: 200 }, () => new Uint8Array(255));
    const whole = { isContinued: false, isFirst: false, isLast: false, granule: 0, serial: 1, sequence: 0 };
    const [packet] = oggPackets(0).of({ ...whole, segments: [...segments, new Uint8Array(1)] }, false);
    expect(packet).toHaveLength(255);
  });

  it('passes over comments of megabytes without keeping them', () => {
    const file = [page({ packets: [headPacket()], flags: 2 })];
    file.push(
      page({
        packets: [bytesOf(tagsPacket(), new Uint8Array(65_025 - tagsPacket().length))],
        goesOn: true,
        granule: -1,
        sequence: 1,
      }),
    );
    for (let i = 2; i < 100; i++)
      file.push(page({ packets: [new Uint8Array(65_025)], goesOn: true, granule: -1, flags: 1, sequence: i }));
    file.push(page({ packets: [new Uint8Array(3)], flags: 1, sequence: 100 }));
    file.push(page({ packets: [packet20(1)], granule: 960, sequence: 101 }));
    const demuxer = oggDemuxer();
    expect(packetsOf(file.flatMap((bytes) => demuxer.push(bytes)))).toEqual([packet20(1)]);
  });

  it('begins a stream that was joined late where it was joined', () => {
    const file = bytesOf(
      page({ packets: [headPacket()], flags: 2 }),
      page({ packets: [tagsPacket()], sequence: 1 }),
      page({ packets: [packet20(1)], granule: 960_000, sequence: 2 }),
      page({ packets: [packet20(2)], granule: 960_500, sequence: 3, flags: 4 }),
    );
    expect(read(file).slice(1)).toMatchObject([
      { trim: 0, lost: 0 },
      { trim: 460, lost: 0 },
    ]);
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['nothing', new Uint8Array(0), /ends before its audio/],
    ['text', ascii('hello'), /no page begins at byte 0/],
    ['a file without its first page', oggFile(packets).subarray(47), /first chunk/],
    ['a file that is cut within a page', oggFile(packets).subarray(60), /no page begins at byte 0/],
    ['a damaged page', oggFile(packets).map((byte, i) => (i === 40 ? byte ^ 1 : byte)), /at byte 0 is damaged, its checksum/],
    [
      'Vorbis',
      bytesOf(page({ packets: [bytesOf([1], ascii('vorbis'))], flags: 2 }), page({ packets: [ascii('x')] })),
      /holds Vorbis/,
    ],
    ['six channels', page({ packets: [headPacket({ channels: 6, family: 1 })], flags: 2 }), /6 channels/],
    ['a short head', page({ packets: [ascii('OpusHead')], flags: 2 }), /header is damaged/],
    [
      'what is no packet',
      bytesOf(
        page({ packets: [headPacket()], flags: 2 }),
        page({ packets: [tagsPacket()], sequence: 1 }),
        page({ packets: [[]].map(() => new Uint8Array(0)), sequence: 2 }),
      ),
      /a packet of it is damaged/,
    ],
    [
      'no comments',
      bytesOf(page({ packets: [headPacket()], flags: 2 }), page({ packets: [packet20(1)], sequence: 1 })),
      /not its comments/,
    ],
    ['a header alone', oggFile([]).subarray(0, 47), /ends before its audio/],
  ])('refuses %s in one clear line', (_, file, what) => {
    const error = failureOf(() => read(file));
    expect(error).toMatchObject({ _tag: 'AudioError', code: 'bad_audio', retryable: false });
    expect((error as Error).message).toMatch(what);
    expect((error as Error).message).not.toContain('\n');
  });

  it('ends in nothing but parts or a bad_audio error, whatever is damaged', () => {
    const file = oggFile(packets);
    const damage = fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { maxLength: 4 });
    const pages = fc.record({
      packets: fc.array(fc.oneof(fc.uint8Array({ maxLength: 30 }), fc.constantFrom(headPacket(), tagsPacket(), packet20(1))), {
        maxLength: 4,
      }),
      granule: fc.integer({ min: -2, max: 5000 }),
      serial: fc.nat(1),
      sequence: fc.nat(3),
      flags: fc.nat(7),
    });
    const file$ = fc.oneof(
      damage.map((changes) => {
        const damaged = file.slice();
        for (const [at, value] of changes) damaged[at] = value;
        return damaged;
      }),
      fc.array(pages, { maxLength: 8 }).map((specs) => bytesOf(...specs.map(page))),
      fc.uint8Array({ maxLength: 300 }).map((bytes) => bytesOf(ascii('OggS'), bytes)),
    );
    let read_ = 0;
    fc.assert(
      fc.property(file$, fc.integer({ min: 1, max: 400 }), (bytes, piece) => {
        const result = failureOf(() => read(bytes, piece));
        if (result instanceof Error) expect(result).toMatchObject({ code: 'bad_audio' });
        else read_++;
      }),
      { numRuns: 5000 },
    );
    expect(read_).toBeGreaterThan(100);
  });
});
