import { describe, expect, it } from 'vitest';
import type { VoiceEvent } from '../../src/events.js';
import { initialLaneMetrics, type LaneMetrics, laneMetrics, laneShares } from '../../src/state/lane-metrics.js';

const switched = (from: string, to: string, reason: string, decidedAt?: number): VoiceEvent => ({
  type: 'lane.switched',
  from,
  to,
  reason,
  confidence: 1,
  heldFrames: 0,
  gapMs: 0,
  ...(decidedAt === undefined ? {} : { decidedAt }),
});
const fold = (...events: readonly (readonly [at: number, event: VoiceEvent])[]): LaneMetrics =>
  events.reduce((metrics, [at, event]) => laneMetrics(metrics, event, at), initialLaneMetrics('fast', 100));

describe('laneMetrics', () => {
  it('counts time and share of each lane, the active one up to now', () => {
    const metrics = fold([400, switched('fast', 'big', 'call', 390)], [500, switched('big', 'fast', 'released', 500)]);
    expect(laneShares(metrics, 600)).toEqual({ fast: { ms: 400, share: 0.8 }, big: { ms: 100, share: 0.2 } });
  });

  it('has shares of 0 before any time has passed', () => {
    expect(laneShares(fold(), 100)).toEqual({ fast: { ms: 0, share: 0 } });
  });

  it('counts switches by reason, and failures', () => {
    const metrics = fold(
      [1, switched('fast', 'big', 'call')],
      [2, { type: 'lane.failed', lane: 'big', to: 'fast', error: undefined }],
      [2, switched('big', 'fast', 'lane_failed')],
      [3, switched('fast', 'big', 'call')],
    );
    expect(metrics).toMatchObject({ lane: 'big', switches: 3, failures: 1, reasons: { call: 2, lane_failed: 1 } });
  });

  it('measures from decision to switch', () => {
    const metrics = fold(
      [200, switched('fast', 'big', 'a', 190)],
      [300, switched('big', 'fast', 'b', 280)],
      [310, switched('fast', 'big', 'lane_failed')],
      [400, switched('big', 'fast', 'c', 397)],
    );
    expect(metrics.decisionToSwitch).toEqual({ lastMs: 3, meanMs: 11, maxMs: 20, count: 3 });
  });

  it('stays the same for other events', () => {
    const metrics = fold();
    expect(laneMetrics(metrics, { type: 'playout.drained' }, 999)).toBe(metrics);
  });
});
