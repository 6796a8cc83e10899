import { afterEach, describe, expect, it } from 'vitest';
import { clock } from '../src/clock.js';
import type { FrameProcessor } from '../src/dsp/frame-processor.js';
import { type SampleQueue, sampleQueue } from '../src/dsp/sample-queue.js';
import type { AudioStageEvent } from '../src/events.js';
import { spared } from '../src/spared.js';

const rate = 1000;
const size = 20;

afterEach(() => {
  clock.delegate = undefined;
});

/** Gives sound 30 samples later and turned over, so that it can be told from what went past it; takes as long as it is told. */
const inverting = () => {
  const state = { tookMs: 0, broken: false, resets: 0, closed: 0 };
  let now = 0;
  clock.delegate = { now: () => now };
  let line: SampleQueue = sampleQueue(30);
  const processor: FrameProcessor = {
    delayMs: 30,
    process({ samples }) {
      now += state.tookMs;
      if (state.broken) throw new Error('no memory');
      line.push(samples.map((sample) => -sample));
      return line.take(samples.length);
    },
    reset() {
      state.resets++;
      line = sampleQueue(30);
    },
    close: () => state.closed++,
  };
  return { state, processor };
};

const start = (length = size) => {
  const { state, processor } = inverting();
  const events: AudioStageEvent[] = [];
  const safe = spared(processor, { name: 'noise', budgetMs: 5, report: (event) => events.push(event) });
  let position = 0;
  const give = (frames: number): number[] =>
    Array.from({ length: frames }, () => {
      const samples = Int16Array.from({ length }, (_, at) => position + at + 1);
      const out = safe.process({ samples, sampleRate: rate, position });
      position += length;
      return [...out];
    }).flat();
  return { state, safe, events, give, processor };
};
/** Samples from a number on, as they come 30 later. */
const from = (first: number, count: number, sign: 1 | -1) =>
  Array.from({ length: count }, (_, at) => Math.max(0, first + at - 29) * sign || 0);
const changes = (events: readonly AudioStageEvent[]) => events.filter(({ type }) => type !== 'audio.stage_timings');

describe('spared', () => {
  it('lets a treatment work that keeps its time, and says what it took once a second', () => {
    const { state, events, give, safe } = start();
    state.tookMs = 4;
    expect(give(50).map((sample) => sample || 0)).toEqual(from(0, 1000, -1));
    expect(events).toEqual([
      { type: 'audio.stage_timings', stages: [{ stage: 'noise', frames: 50, bypassed: 0, meanMs: 4, maxMs: 4 }] },
    ]);
    expect(safe.delayMs).toBe(30);
  });

  it('goes past one that was too slow three times in a row, without a jump in time, and back after a second', () => {
    const { state, events, give } = start();
    give(5);
    state.tookMs = 6;
    // What it made is there, and used.
    expect(give(3)).toEqual(from(100, 60, -1));
    expect(changes(events)).toEqual([]);
    state.tookMs = 1;
    expect(give(50)).toEqual(from(160, 1000, 1));
    expect(changes(events)).toEqual([{ type: 'audio.stage_bypassed', stage: 'noise', reason: 'overrun', durationMs: 6 }]);
    // It has heard again what was last, so that it begins where the sound is.
    expect(give(2)).toEqual(from(1160, 40, -1));
    expect(changes(events).at(-1)).toEqual({ type: 'audio.stage_restored', stage: 'noise' });
    expect(state.resets).toBe(1);
  });

  it('rests again when it is still too slow', () => {
    const { state, events, give } = start();
    state.tookMs = 6;
    give(3 + 50);
    expect(give(1)).toEqual(from(1060, 20, -1));
    expect(give(50)).toEqual(from(1080, 1000, 1));
    expect(changes(events).map(({ type }) => type)).toEqual([
      'audio.stage_bypassed',
      'audio.stage_restored',
      'audio.stage_bypassed',
    ]);
  });

  it('forgives a slow frame now and then', () => {
    const { state, events, give } = start();
    for (let round = 0; round < 10; round++) {
      state.tookMs = 6;
      give(2);
      state.tookMs = 1;
      give(1);
    }
    expect(changes(events)).toEqual([]);
  });

  it('gives longer frames more time', () => {
    const { state, events, give } = start(100);
    state.tookMs = 24;
    give(10);
    expect(changes(events)).toEqual([]);
  });

  it('goes past one that throws, frame by frame, just as late, and counts it', () => {
    const { state, events, give } = start();
    give(5);
    state.broken = true;
    expect(give(2)).toEqual(from(100, 40, 1));
    state.broken = false;
    expect(give(1)).toEqual(from(140, 20, -1));
    give(50);
    expect(changes(events)).toMatchObject([{ reason: 'threw', error: new Error('no memory') }, { type: 'audio.stage_restored' }]);
    expect(events.find(({ type }) => type === 'audio.stage_timings')).toMatchObject({ stages: [{ bypassed: 2 }] });
  });

  it('forgets at a reset and a change of rate, and closes', () => {
    const { state, safe, give } = start();
    give(5);
    safe.reset();
    expect(give(1)).toEqual(from(0, 20, 1));
    state.broken = true;
    const samples = new Int16Array(20).fill(7);
    expect([...safe.process({ samples, sampleRate: 500, position: 0 })]).toEqual([
      ...new Array(15).fill(0),
      ...new Array(5).fill(7),
    ]);
    expect(safe.process({ samples: new Int16Array(0), sampleRate: 500, position: 0 })).toHaveLength(0);
    safe.close();
    expect(state.closed).toBe(1);
  });
});
