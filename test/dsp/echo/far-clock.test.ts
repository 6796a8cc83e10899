import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFarClock } from '../../../src/dsp/echo/far-clock.js';

const hz = 1000;
/** 20 ms from a position on. */
const frame = (position: number) => ({ samples: new Int16Array(20), sampleRate: hz, position });

describe('createFarClock', () => {
  it('goes by positions, however unevenly frames come', () => {
    const lateness = fc.array(fc.integer({ min: -60, max: 60 }), { minLength: 50, maxLength: 50 });
    fc.assert(
      fc.property(lateness, (late) => {
        const clock = createFarClock(hz);
        const start = clock.place(frame(0), 500);
        expect(start).toBe(500);
        const places = late.map((ms, i) => clock.place(frame(20 * (i + 1)), 500 + 20 * (i + 1) + ms));
        expect(places).toEqual(late.map((_, i) => 500 + 20 * (i + 1)));
      }),
    );
  });

  it('takes a jump that is as long as the time for silence', () => {
    const clock = createFarClock(hz);
    clock.place(frame(0), 0);
    expect(clock.place(frame(3000), 3010)).toBe(3000);
  });

  it('begins anew at a jump to another time, as of a device that was opened again', () => {
    const clock = createFarClock(hz);
    clock.place(frame(0), 0);
    clock.place(frame(20), 20);
    expect(clock.place(frame(0), 2000)).toBe(2000);
    expect(clock.place(frame(20), 2020)).toBe(2020);
  });

  it('begins anew when a stream without jumps goes on after a pause', () => {
    const clock = createFarClock(hz);
    clock.place(frame(0), 0);
    expect(clock.place(frame(20), 3000)).toBe(3000);
  });

  it('does not when all that was held up comes at once', () => {
    const clock = createFarClock(hz);
    clock.place(frame(0), 0);
    for (let i = 1; i <= 25; i++) expect(clock.place(frame(20 * i), 500)).toBe(20 * i);
    expect(clock.place(frame(520), 520)).toBe(520);
  });

  it('begins anew after a second of frames that come at another time', () => {
    const clock = createFarClock(hz);
    clock.place(frame(0), 0);
    const places = Array.from({ length: 60 }, (_, i) => clock.place(frame(20 * (i + 1)), 20 * (i + 1) + 400) - 20 * (i + 1));
    expect(places[0]).toBe(0);
    expect(places.at(-1)).toBe(400);
  });

  it('says by how much frames come later by and by', () => {
    const clock = createFarClock(hz);
    for (let i = 0; i < 500; i++) clock.place(frame(20 * i), 20 * i + Math.round(i / 5));
    expect(clock.lateness()).toBeGreaterThan(80);
    expect(clock.lateness()).toBeLessThan(100);
  });
});
