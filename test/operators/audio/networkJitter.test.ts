import fc from 'fast-check';
import { concat, delay, EMPTY, lastValueFrom, map, NEVER, of, throwError, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { networkEvents } from '../../../operators/audio/networkEvents.js';
import { networkJitter, type ReceivedFrame } from '../../../operators/audio/networkJitter.js';
import { durationOf, samplesIn } from '../../../src/audio.js';
import { marbles } from '../../marbles.js';
import { heardIn, levelOf, marching$, paced, packet, packets$, run, type Schedule } from './packets.js';

const indices = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);
const even = (count: number, everyMs = 20): Schedule => indices(count).map((index) => ({ index, atMs: index * everyMs }));

const expectUnbroken = (frames: readonly (ReceivedFrame & { readonly atMs: number })[]): void => {
  frames.forEach(({ position, samples, atMs }, at) => {
    expect([position, samples.length, atMs]).toEqual([at * 160, 160, (frames[0]?.atMs ?? 0) + at * 20]);
  });
};

describe('networkJitter', () => {
  it(
    'plays each packet after the first has waited, and completes when all is played',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('abc-|', { a: packet(0), b: packet(1), c: packet(2) });
      const subs = '        ^---!';
      const expected = '    --abc|';
      const out = source.pipe(
        networkJitter(),
        map(({ samples }) => 'abc'[(samples[0] ?? 0) / 100 - 1]),
      );
      expectObservable(out).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'does nothing before a packet comes, ends with an empty source, and stops its clock when it is left',
    marbles(({ hot, expectObservable }) => {
      expectObservable(NEVER.pipe(networkJitter())).toBe('-');
      expectObservable(EMPTY.pipe(networkJitter())).toBe('|');
      const out = hot('a---', { a: packet(0) }).pipe(
        networkJitter({ startMs: 0 }),
        map(() => 'f'),
      );
      expectObservable(out, '^---!').toBe('ffff');
    }),
  );

  it(
    'errors with its source, and at once when the rate changes',
    marbles(({ cold, expectObservable }) => {
      const failing = cold('a--#', { a: packet(0) }).pipe(
        networkJitter({ startMs: 0 }),
        map(() => 'f'),
      );
      expectObservable(failing).toBe('fff#');
      const changing = cold('ab', { a: packet(0), b: { ...packet(1), sampleRate: 16_000 } }).pipe(
        networkJitter(),
        map(() => 'f'),
      );
      expectObservable(changing).toBe(
        '-#',
        {},
        expect.objectContaining({ message: expect.stringContaining('16000 Hz in a stream of 8000') }),
      );
    }),
  );

  it('leaves the samples of an even stream as they were sent', () => {
    const { frames } = run(even(100), networkJitter());
    expect(frames.map(({ samples }) => samples)).toEqual(indices(100).map((index) => packet(index).samples));
    expect(frames.at(-1)?.network).toMatchObject({
      received: 100,
      lost: 0,
      late: 0,
      duplicates: 0,
      discarded: 0,
      concealedMs: 0,
      jitterMs: 0,
    });
  });

  it('puts packets into order, also around the end of the numbers, and drops copies', () => {
    const order = [1, 0, 2, 4, 3, 3, 6, 5, 7, 8, 8, 9];
    const { frames } = run(
      order.map((index, at) => ({ index, atMs: at * 16 })),
      networkJitter(),
    );
    expect(heardIn(frames)).toEqual(indices(10));
    expect(frames.at(-1)?.network).toMatchObject({ received: 12, duplicates: 2, lost: 0, late: 0 });
  });

  it('counts what is lost, and what comes too late', () => {
    const schedule = even(20).filter(({ index }) => ![5, 6, 12].includes(index));
    const { frames } = run([...schedule, { index: 12, atMs: 330 }], networkJitter());
    expectUnbroken(frames);
    expect(heardIn(frames)).toEqual(indices(20).filter((index) => ![5, 6, 12].includes(index)));
    expect(frames.at(-1)?.network).toMatchObject({ lost: 3, late: 1 });
    // Packet 12 came 50 ms too late, which is waited for, lest the next ones do.
    expect(frames[13]?.network.concealedMs).toBe(60);
    expect(frames.at(-1)?.network.concealedMs).toBeGreaterThan(60);
  });

  it('waits where nothing comes, and goes on where it was', () => {
    const schedule = even(30).map(({ index, atMs }) => ({ index, atMs: index < 10 ? atMs : atMs + 100 }));
    const { frames } = run(schedule, networkJitter());
    expectUnbroken(frames);
    expect(heardIn(frames)).toEqual(indices(30));
    expect(frames.at(-1)?.network).toMatchObject({ lost: 0, late: 0 });
  });

  it('does not wait again for what was lost while it waited', () => {
    const schedule = even(40).filter(({ index }) => index < 10 || index >= 20);
    const { frames } = run(schedule, networkJitter());
    expect(frames.at(-1)?.network).toMatchObject({ lost: 10, late: 0 });
    expect(frames.length).toBe(40);
  });

  it('plays a pause of the sender as one', () => {
    const resumed = { ...packet(3), timestamp: (packet(3).timestamp + 1600) % 2 ** 32 };
    const out = paced([packet(0), packet(1), packet(2), resumed]);
    expect(out.at(-1)?.network).toMatchObject({ lost: 0, concealedMs: 0 });
    expect(heardIn(out)).toEqual([0, 1, 2, 3]);
    expect(out.length).toBe(14);
  });

  it('keeps no more than it may, and throws the oldest away', () => {
    const burst = indices(60).map((index) => ({ index, atMs: index < 10 ? index * 20 : 1200 }));
    const { frames } = run(burst, networkJitter({ mostMs: 300 }));
    for (const { network } of frames) expect(network.depthMs).toBeLessThanOrEqual(300);
    const last = frames.at(-1)?.network;
    expect(last).toMatchObject({ lost: 0, late: 0 });
    expect(heardIn(frames).length + (last?.discarded ?? 0)).toBe(60);
  });

  it('goes over to another stream when two packets of it have come, and passes one stray by', () => {
    const far = (index: number) => ({ ...packet(index), sequence: 20_000 + index, timestamp: 77_000 + index * 160 });
    const one = paced([packet(0), packet(1), far(50), packet(2), packet(3)]);
    expect(heardIn(one)).toEqual([0, 1, 2, 3]);
    const other = paced([packet(0), packet(1), far(50), far(51), far(52)]);
    expect(heardIn(other).slice(-2)).toEqual([51, 52]);
  });

  it.each([
    ['counts from where it began', 0],
    ['goes on counting packets, not samples', 150],
  ])('goes over to a sender that was started again and %s', (_, from) => {
    const again = indices(10).map((index) => ({
      ...packet(index),
      sequence: packet(from + index).sequence,
      samples: new Int16Array(160).fill(levelOf(200 + index)),
    }));
    const heard = heardIn(paced([...indices(150).map(packet), ...again]));
    // The first packet of it might be a stray one.
    expect(heard.filter((index) => index >= 200)).toEqual(indices(9).map((index) => 201 + index));
  });

  it('measures no jitter between two streams', () => {
    const far = (index: number) => ({ ...packet(index), sequence: 20_000 + index, timestamp: 77_000_000 + index * 160 });
    expect(paced([packet(0), packet(1), far(50), far(51), far(52)]).at(-1)?.network.jitterMs).toBe(0);
  });

  it('plays as fast as it is sent where a frame is no whole number of samples', () => {
    const rate = 11_025;
    const sent = indices(250).map((index) => ({
      ...packet(index),
      timestamp: index * 441,
      samples: new Int16Array(441),
      sampleRate: rate,
    }));
    const at: number[] = [];
    marbles(({ now }) => {
      concat(...sent.map((each) => of(each).pipe(delay(40))))
        .pipe(networkJitter())
        .subscribe(() => at.push(now()));
    })();
    const playedMs = (at.length - 1) * durationOf(samplesIn(20, rate), rate);
    expect((at.at(-1) ?? 0) - (at[0] ?? 0)).toBeCloseTo(playedMs);
  });

  it('hears each packet that came in time once, in order, and counts all others exactly, whatever the network does', () => {
    const fate = fc.record({
      delayMs: fc.integer({ min: 0, max: 120 }),
      isLost: fc.integer({ min: 0, max: 9 }).map((dice) => dice === 0),
      copyMs: fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined, freq: 5 }),
    });
    fc.assert(
      fc.property(fc.array(fate, { minLength: 2, maxLength: 100 }), (fates) => {
        const sent = fates.flatMap(({ delayMs, isLost, copyMs }, index) =>
          isLost
            ? []
            : [
                { index, atMs: index * 20 + delayMs },
                ...(copyMs === undefined ? [] : [{ index, atMs: index * 20 + delayMs + copyMs }]),
              ],
        );
        const { frames } = run(sent, networkJitter({ mostMs: 400 }));
        expectUnbroken(frames);
        const heard = heardIn(frames);
        expect(heard).toEqual([...new Set(heard)].toSorted((a, b) => a - b));
        const arrived = new Set(sent.map(({ index }) => index));
        expect(heard.filter((index) => !arrived.has(index))).toEqual([]);
        const last = frames.at(-1)?.network;
        if (!last) return;
        // Copies and late ones may come after the last frame.
        expect(last.received).toBeLessThanOrEqual(sent.length);
        expect(heard.length).toBe(last.received - last.duplicates - last.late - last.discarded);
        const from = heard[0] ?? 0;
        const to = heard.at(-1) ?? 0;
        expect(last.lost).toBe(to - from + 1 - heard.length - last.discarded);
        for (const { network } of frames) expect(network.depthMs).toBeLessThanOrEqual(400);
      }),
      { numRuns: 60 },
    );
  });

  it('learns how deep it has to be: after some seconds of jitter nothing is waited for any more', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 80 }), { minLength: 20, maxLength: 40 }), (delays) => {
        const schedule = even(140).map(({ index, atMs }) => ({ index, atMs: atMs + (delays[(index * 7) % delays.length] ?? 0) }));
        const { frames } = run(schedule, networkJitter());
        const middle = frames[100]?.network.concealedMs;
        expect(middle).toBeLessThanOrEqual(160);
        expect(frames[130]?.network).toMatchObject({ concealedMs: middle, discarded: 0 });
      }),
      { numRuns: 20 },
    );
  });

  it.each([0.995, 1.005])('follows a sender whose clock runs %d times as fast, for three minutes', (speed) => {
    const count = 9000;
    const schedule = indices(count).map((index) => ({ index, atMs: (index * 20) / speed }));
    const depths: number[] = [];
    let last: ReceivedFrame | undefined;
    marbles(() => {
      marching$(schedule)
        .pipe(networkJitter())
        .subscribe((frame) => {
          depths.push(frame.network.depthMs);
          last = frame;
        });
    })();
    expect(last?.network).toMatchObject({ received: count, lost: 0, late: 0, discarded: 0 });
    expect(last?.network.concealedMs).toBeLessThan(100);
    expect(Math.max(...depths.slice(0, -10))).toBeLessThan(120);
  });

  it('has a state of its own for each subscription, and takes a source that says all at once', async () => {
    const played = of(packet(0), packet(1)).pipe(networkJitter({ startMs: 0 }), toArray());
    const samplesOf = async (): Promise<readonly Int16Array[]> => (await lastValueFrom(played)).map(({ samples }) => samples);
    expect(await samplesOf()).toEqual([packet(0).samples, packet(1).samples]);
    expect(await samplesOf()).toEqual(await samplesOf());
    await expect(lastValueFrom(throwError(() => new Error('gone')).pipe(networkJitter()))).rejects.toThrow('gone');
  });

  it.each([
    [{ chunkMs: 4 }, 'chunkMs must be 5 to 200, got 4'],
    [{ mostMs: 30 }, 'mostMs must be 40 (two frames) or more, got 30'],
    [{ startMs: 501 }, 'startMs must be 0 to 500 (mostMs), got 501'],
    [{ leastMs: 0 }, 'leastMs must be above 0, got 0'],
  ])('refuses %j', (config, message) => {
    expect(() => networkJitter(config)).toThrow(new RangeError(`networkJitter: ${message}`));
  });
});

describe('networkEvents', () => {
  it('tells once a second what share of the packets that were due was not heard', () => {
    const schedule = even(150).filter(({ index }) => index < 50 || index % 10 !== 5);
    const reports: number[] = [];
    marbles(() => {
      packets$(schedule)
        .pipe(networkJitter(), networkEvents())
        .subscribe(({ lossPercent }) => reports.push(lossPercent));
    })();
    expect(reports).toEqual([0, expect.closeTo(10, 0), expect.closeTo(10, 0)]);
  });
});
