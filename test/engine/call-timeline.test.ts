import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { AudioFrame } from '../../src/audio.js';
import { clock } from '../../src/clock.js';
import { createCallTimeline } from '../../src/engine/call-timeline.js';

let now = 0;
const start = () => {
  now = 5000;
  clock.delegate = { now: () => now };
  return createCallTimeline();
};
afterEach(() => {
  clock.delegate = undefined;
});

/** 20 ms at 1 kHz, where a sample is a millisecond. */
const frame = (position: number): AudioFrame => ({ samples: new Int16Array(20), sampleRate: 1000, position });
const at = (ms: number): void => {
  now = 5000 + ms;
};

describe('createCallTimeline', () => {
  it('puts a frame where it was spoken: its end is the present', () => {
    const timeline = start();
    at(100);
    timeline.captured(frame(7000));
    expect(timeline.place(frame(7000)).position).toBe(80);
    expect(timeline.now()).toBe(100);
  });

  it('counts samples, not arrivals', () => {
    const timeline = start();
    const places = [20, 47, 61, 95, 100].map((ms, index) => {
      at(ms);
      timeline.captured(frame(20 * index));
      return timeline.place(frame(20 * index)).position;
    });
    expect(places).toEqual([0, 20, 40, 60, 80]);
    expect(timeline.now()).toBe(100);
  });

  it('leaves the gap that a jump of position tells', () => {
    const timeline = start();
    at(20);
    timeline.captured(frame(0));
    at(320);
    timeline.captured(frame(300));
    expect(timeline.place(frame(300)).position).toBe(300);
  });

  it('puts what lanes have held where it was spoken', () => {
    const timeline = start();
    for (let index = 0; index < 40; index++) {
      at(20 * (index + 1));
      timeline.captured(frame(20 * index));
    }
    expect(timeline.place(frame(100)).position).toBe(100);
  });

  it('takes a source that has stood still for one that was silent', () => {
    const timeline = start();
    at(20);
    timeline.captured(frame(0));
    at(5020);
    timeline.captured(frame(20));
    expect(timeline.place(frame(20)).position).toBe(5000);
    expect(timeline.place(frame(0)).position).toBe(0);
    expect(timeline.now()).toBe(5020);
  });

  it('goes on after a source that begins anew, without laying one over the other', () => {
    const timeline = start();
    for (const [ms, position] of [
      [20, 500],
      [40, 520],
      [45, 0],
      [65, 20],
    ] as const) {
      at(ms);
      timeline.captured(frame(position));
    }
    expect([0, 20].map((position) => timeline.place(frame(position)).position)).toEqual([40, 60]);
  });

  it('goes by the clock where there is no audio, and never back', () => {
    const timeline = start();
    at(1234);
    expect(timeline.now()).toBe(1234);
    at(1240);
    timeline.captured(frame(0));
    at(2000);
    expect(timeline.now()).toBe(2000);
    timeline.captured(frame(20));
    timeline.captured(frame(40));
    expect(timeline.now()).toBe(2000);
  });

  it('stands still, and does not go back, when a source was late and stays so', () => {
    const timeline = start();
    let before = 0;
    for (let index = 0; index < 150; index++) {
      at(20 * (index + 1) + (index < 50 ? 0 : 800));
      timeline.captured(frame(20 * index));
      expect(timeline.now()).toBeGreaterThanOrEqual(before);
      before = timeline.now();
    }
    expect(timeline.now()).toBe(3000);
  });

  it('goes by a source that is ahead of time, as a file is', () => {
    const timeline = start();
    for (let index = 0; index < 100; index++) timeline.captured(frame(20 * index));
    expect(timeline.now()).toBe(2000);
    expect(timeline.place(frame(1980)).position).toBe(1980);
  });

  it('stays within a frame of a microphone that is too fast or too slow, and unsteady', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.99, max: 1.01, noNaN: true }), fc.infiniteStream(fc.nat({ max: 15 })), (ratio, jitter) => {
        const timeline = start();
        let worst = 0;
        for (let index = 0; index < 3000; index++) {
          const spoken = (20 * (index + 1)) / ratio;
          at(spoken + (index === 0 ? 0 : (jitter.next().value ?? 0)));
          timeline.captured(frame(20 * index));
          // What sounds now is heard by the microphone now.
          worst = Math.max(worst, Math.abs(timeline.now() - ratio * (now - 5000)));
        }
        expect(worst).toBeLessThanOrEqual(20);
      }),
      { numRuns: 20 },
    );
  });
});
