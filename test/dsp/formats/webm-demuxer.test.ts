import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { webmDemuxer } from '../../../src/dsp/formats/webm-demuxer.js';
import { demux, failureOf, packetsOf } from './demux.js';
import { ascii, bytesOf, headPacket, packet20 } from './ogg-file.js';
import {
  cluster,
  discard,
  ebml,
  element,
  group,
  laced,
  liveCluster,
  openElement,
  simple,
  track,
  tracks,
  vint,
  webmFile,
} from './webm-file.js';

const packets = Array.from({ length: 8 }, (_, i) => packet20(i, 10 + 60 * i));
const read = (file: Uint8Array, piece?: number) => demux(webmDemuxer(), file, piece);
const segment = (...content: Uint8Array[]): Uint8Array => bytesOf(ebml, openElement(0x18538067, ...content));
const whole = (...content: Uint8Array[]): Uint8Array => bytesOf(ebml, element(0x18538067, ...content));

describe('webmDemuxer', () => {
  it('gives the head, then each packet once and in order', () => {
    const parts = read(webmFile(packets));
    expect(parts[0]).toEqual({ type: 'head', head: { channels: 1, preSkip: 312, gain: 0 } });
    expect(packetsOf(parts)).toEqual(packets);
    expect(parts).toHaveLength(1 + packets.length);
  });

  it('gives the same however the bytes are cut', () => {
    const file = webmFile(packets);
    for (const piece of [1, 2, 13, 100, 255, 256, 1000]) expect(read(file, piece)).toEqual(read(file));
  });

  it('gives a block as soon as its last byte has come', () => {
    const demuxer = webmDemuxer();
    const file = segment(tracks(track()), liveCluster(simple(packet20(1)), group(packet20(2))));
    demuxer.push(file.subarray(0, -1));
    expect(demuxer.push(file.subarray(-1))).toMatchObject([{ packet: packet20(2) }]);
  });

  it('reads segments and clusters that say how long they are', () => {
    expect(packetsOf(read(whole(tracks(track()), cluster(simple(packet20(1))), cluster(simple(packet20(2))))))).toHaveLength(2);
  });

  it.each([1, 2, 3] as const)('reads lacing %i', (lacing) => {
    const some =
      lacing === 2
        ? [packet20(1), packet20(2), packet20(3)]
        : [packet20(1, 300), packet20(2, 20), packet20(3, 255), packet20(4, 600)];
    for (const all of [some, some.slice(0, 1)]) {
      expect(packetsOf(read(segment(tracks(track()), liveCluster(laced(all, lacing)))))).toEqual(all);
    }
  });

  it('cuts the padding off a block of a group, whether it is said before or after', () => {
    const file = (...blocks: Uint8Array[]) => segment(tracks(track()), cluster(...blocks, simple(packet20(9))));
    const after = file(group(packet20(1), discard(10_000_000)));
    expect(read(after).slice(1)).toMatchObject([
      { packet: packet20(1), trim: 480 },
      { packet: packet20(9), trim: 0 },
    ]);
    const before = file(element(0xa0, discard(10_000_000), element(0xa1, [0x81, 0, 0, 0], packet20(1))));
    expect(read(before)).toEqual(read(after));
    expect(read(after, 1)).toEqual(read(after));
  });

  it('takes the track with Opus, and leaves out video', () => {
    const video = track({ number: 1, type: 1, codec: 'V_VP8', head: new Uint8Array(5000) });
    const file = segment(tracks(video, track({ number: 2 })), liveCluster(simple(ascii('picture'), 1), simple(packet20(1), 2)));
    expect(packetsOf(read(file))).toEqual([packet20(1)]);
  });

  it('passes over what it does not know, of any length', () => {
    const seek = element(0x114d9b74, new Uint8Array(200));
    const file = segment(
      seek,
      tracks(track()),
      element(0xec, new Uint8Array(70_000)),
      liveCluster(element(0xab, [1]), simple(packet20(1))),
      seek,
    );
    expect(packetsOf(read(file, 999))).toEqual([packet20(1)]);
  });

  it('reads files one after the other, as of a recorder that is stopped and started', () => {
    const parts = read(bytesOf(webmFile(packets.slice(0, 3)), webmFile(packets.slice(3))), 100);
    expect(parts.filter(({ type }) => type === 'head')).toHaveLength(2);
    expect(packetsOf(parts)).toEqual(packets);
  });

  it('ends well where another file has begun that has no audio yet', () => {
    expect(packetsOf(read(bytesOf(webmFile(packets), segment(tracks(track())))))).toEqual(packets);
  });

  it('does without a header of Opus', () => {
    const delay = element(0x56aa, [0x63, 0x2e, 0xa0]);
    const [head] = read(segment(tracks(track({ head: new Uint8Array(0), more: [delay] })), liveCluster(simple(packet20(1)))));
    expect(head).toEqual({ type: 'head', head: { channels: 1, preSkip: 312, gain: 0 } });
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['nothing', new Uint8Array(0), /ends before its audio/],
    ['a later chunk alone', liveCluster(simple(packet20(1))), /first chunk, with the header, missing/],
    ['text', ascii('hello there'), /missing|damaged/],
    ['zeros', new Uint8Array(20), /no element begins at byte 0/],
    ['a header alone', segment(tracks(track())), /ends before its audio/],
    ['PCM', segment(tracks(track({ codec: 'A_PCM/FLOAT/IEEE' })), liveCluster()), /holds A_PCM\/FLOAT\/IEEE; record with/],
    ['video alone', segment(tracks(track({ codec: 'V_VP9' })), liveCluster()), /holds V_VP9/],
    ['no tracks', segment(liveCluster()), /holds no track/],
    ['encrypted audio', segment(tracks(track({ more: [element(0x6d80, [1])] })), liveCluster()), /encrypted/],
    ['six channels', segment(tracks(track({ head: headPacket({ channels: 6, family: 1 }) })), liveCluster()), /6 channels/],
    [
      'a block of 2 MB',
      segment(tracks(track()), bytesOf([0x1f, 0x43, 0xb6, 0x75, 0xff, 0xa3], vint(2_000_000))),
      /has 2000000 bytes/,
    ],
    ['a block of open length', segment(tracks(track()), liveCluster(Uint8Array.of(0xa3, 0xff))), /has no length/],
    ['a packet of nothing', segment(tracks(track()), liveCluster(simple([]))), /packet of it is damaged/],
    [
      'laces that do not add up',
      segment(tracks(track()), liveCluster(element(0xa3, [0x81, 0, 0, 2, 2, 200, 200, 1, 2]))),
      /block of it is damaged/,
    ],
    [
      'a lace of less than nothing',
      segment(
        tracks(track()),
        liveCluster(element(0xa3, [0x81, 0, 0, 6, 2], vint(3, 1), vint(63 - 10, 1), new Array<number>(20).fill(0x78))),
      ),
      /block of it is damaged/,
    ],
  ])('refuses %s in one clear line', (_, file, what) => {
    const error = failureOf(() => read(file));
    expect(error).toMatchObject({ _tag: 'AudioError', code: 'bad_audio', retryable: false });
    expect((error as Error).message).toMatch(what);
    expect((error as Error).message).not.toContain('\n');
  });

  it('ends in nothing but parts or a bad_audio error, whatever is damaged', () => {
    const file = bytesOf(webmFile(packets.slice(0, 3)), laced(packets.slice(3, 6), 3), group(packet20(7), discard(1e6)));
    const damage = fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { maxLength: 4 });
    let wholes = 0;
    fc.assert(
      fc.property(damage, fc.integer({ min: 1, max: 400 }), (changes, piece) => {
        const damaged = file.slice();
        for (const [at, value] of changes) damaged[at] = value;
        const result = failureOf(() => read(damaged, piece));
        if (result instanceof Error) expect(result).toMatchObject({ code: 'bad_audio' });
        else wholes++;
      }),
      { numRuns: 3000 },
    );
    expect(wholes).toBeGreaterThan(100);
  });
});
