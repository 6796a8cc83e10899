import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  captured,
  type EngineMetrics,
  type EngineMetricsConfig,
  engineMetrics,
  initialEngineMetrics,
  type MetricsSummary,
  measured,
  metricsOf,
} from '../../src/engine/engine-metrics.js';
import { windowLength } from '../../src/engine/sample-window.js';
import type { VoiceEvent } from '../../src/events.js';
import { initialState, type SessionState, sessionState } from '../../src/state/session-state.js';
import { audio, call, created, done, established, restored } from './usage-events.js';

const place = { event_id: 'e', item_id: 'item_u' };
const begins: VoiceEvent = { type: 'speech.started', position: 0 };
const stops: VoiceEvent = { type: 'speech.stopped', position: 0, durationMs: 1000 };
const serviceHears: VoiceEvent = { type: 'input_audio_buffer.speech_started', audio_start_ms: 0, ...place };
const serviceHeard: VoiceEvent = { type: 'input_audio_buffer.speech_stopped', audio_end_ms: 0, ...place };
const committed: VoiceEvent = { type: 'input_audio_buffer.committed', ...place };
const sounds = (id: string): VoiceEvent => ({ type: 'playout.started', itemId: `item_${id}`, responseId: id });
const played = (id: string, playedMs: number): VoiceEvent => ({
  type: 'playout.progress',
  itemId: `item_${id}`,
  responseId: id,
  playedSamples: playedMs * 24,
  playedMs,
});
const drained: VoiceEvent = { type: 'playout.drained' };
const flushed: VoiceEvent = { type: 'playout.flushed', items: [], responseIds: [] };
const lost: VoiceEvent = { type: 'connection.lost', closeCode: 1006, reason: 'lost' };
const lane = (from: string, to: string): VoiceEvent => ({
  type: 'lane.switched',
  from,
  to,
  reason: 'r',
  confidence: 1,
  heldFrames: 0,
  gapMs: 0,
});
const added = (id: string): VoiceEvent => ({
  type: 'conversation.item.added',
  event_id: 'e',
  item: { id: `item_${id}`, type: 'message', role: 'assistant', status: 'in_progress', content: [] },
});

type Timed = readonly [at: number, event: VoiceEvent];
interface Run {
  readonly metrics: EngineMetrics;
  readonly session: SessionState;
}
const run = (steps: readonly Timed[], config: Partial<EngineMetricsConfig> = {}): Run =>
  steps.reduce<Run>(
    ({ metrics, session }, [at, event]) => ({
      metrics: engineMetrics(metrics, event, at),
      session: sessionState(session, event),
    }),
    { metrics: initialEngineMetrics({ at: 0, ...config }), session: initialState },
  );
const read = (at: number, steps: readonly Timed[], config?: Partial<EngineMetricsConfig>): MetricsSummary => {
  const { metrics, session } = run(steps, config);
  return metricsOf(metrics, session, at);
};
const turnsOf = (steps: readonly Timed[], config?: Partial<EngineMetricsConfig>) => {
  const { firstAudioMs, endOfSpeechToSoundMs, bargeInToSilenceMs } = read(100_000, steps, config).turns;
  return [firstAudioMs.last, endOfSpeechToSoundMs.last, bargeInToSilenceMs.last];
};

describe('metricsOf', () => {
  it('has every member, whatever was not measured yet undefined', () => {
    const none = { last: undefined, p50: undefined, p95: undefined };
    expect(read(2500, [])).toEqual({
      uptimeSeconds: 2.5,
      audio: { captureRate: 0, playbackLatencyMs: undefined, bufferHealth: 1 },
      connection: { latencyMs: undefined, uptimeSeconds: 0, reconnects: 0 },
      processing: { vadMs: undefined, audioProcessingMs: undefined },
      lanes: { fastLaneMs: 2500, fastLanePercent: 100, bigLaneMs: 0, bigLanePercent: 0, switchCount: 0 },
      turns: { firstAudioMs: none, endOfSpeechToSoundMs: none, bargeInToSilenceMs: none },
    });
  });

  it('counts chunks a second', () => {
    const metrics = Array.from({ length: 100 }, (_, i) => i * 20).reduce(captured, initialEngineMetrics({ at: 0 }));
    expect(metricsOf(metrics, initialState, 1980).audio.captureRate).toBe(51);
  });

  it('tells the last round trip, and until there is one how long the session took to be ready', () => {
    const { metrics } = run([[100, established]]);
    expect(metricsOf(metrics, initialState, 100).connection.latencyMs).toBe(40);
    const pinged = measured(measured(metrics, 'rttMs', 30), 'rttMs', 20);
    expect(metricsOf(pinged, initialState, 100).connection.latencyMs).toBe(20);
  });

  it('smooths what is measured for each chunk', () => {
    const first = measured(initialEngineMetrics({ at: 0 }), 'vadMs', 1);
    expect(metricsOf(first, initialState, 0).processing).toEqual({ vadMs: 1, audioProcessingMs: undefined });
    const after = metricsOf(measured(first, 'vadMs', 33), initialState, 0).processing.vadMs;
    expect(after).toBe(2);
  });

  it('counts the time of the connection from where it was made, and made again after a loss', () => {
    const steps: readonly Timed[] = [
      [1000, established],
      [3000, restored],
      [5000, lost],
      [7000, restored],
    ];
    expect(read(4000, steps.slice(0, 2)).connection).toMatchObject({ uptimeSeconds: 3, reconnects: 0 });
    expect(read(6000, steps.slice(0, 3)).connection).toMatchObject({ uptimeSeconds: 0, reconnects: 0 });
    expect(read(8000, steps).connection).toMatchObject({ uptimeSeconds: 1, reconnects: 1 });
    expect(read(9000, [...steps, [8000, { type: 'connection.closed', reason: 'completed' }]]).connection.uptimeSeconds).toBe(0);
  });

  it('counts all lanes but the first as the big one', () => {
    const steps: readonly Timed[] = [
      [600, lane('quick', 'big')],
      [800, lane('big', 'other')],
      [900, lane('other', 'quick')],
    ];
    expect(read(1000, steps, { fastLane: 'quick' }).lanes).toEqual({
      fastLaneMs: 700,
      fastLanePercent: 70,
      bigLaneMs: 300,
      bigLanePercent: expect.closeTo(30, 9),
      switchCount: 3,
    });
  });
});

describe('latencies of turns', () => {
  it('are measured from the end of speech, the silence before it was noticed included, to audio and to sound', () => {
    const turn: readonly Timed[] = [
      [0, begins],
      [1500, stops],
      [1520, committed],
      [1530, created('r')],
      [1800, audio('r', 200)],
      [1810, audio('r', 200)],
      [1860, sounds('r')],
    ];
    expect(turnsOf(turn)).toEqual([300, 860, undefined]);
    expect(turnsOf(turn, { speechEndMs: 0 })).toEqual([300, 360, undefined]);
    expect(read(2000, turn).audio.playbackLatencyMs).toBe(60);
  });

  it('take the silence of the service where that hears the end', () => {
    const settings = {
      type: 'session.updated',
      event_id: 'e',
      session: { type: 'realtime', audio: { input: { turn_detection: { type: 'server_vad', silence_duration_ms: 200 } } } },
    } as VoiceEvent;
    const turn: readonly Timed[] = [
      [0, settings],
      [10, serviceHears],
      [1500, serviceHeard],
      [1800, audio('r', 20)],
      [1850, sounds('r')],
    ];
    expect(turnsOf(turn)).toEqual([300, 550, undefined]);
  });

  it('count an utterance once that client and service hear', () => {
    const turn: readonly Timed[] = [
      [0, begins],
      [40, serviceHears],
      [1500, stops],
      [1540, serviceHeard],
      [1800, audio('r', 20)],
      [1800, sounds('r')],
    ];
    expect(turnsOf(turn)).toEqual([300, 800, undefined]);
  });

  it('are measured from the response where nobody spoke', () => {
    expect(
      turnsOf([
        [100, created('r')],
        [350, audio('r', 20)],
        [400, sounds('r')],
      ]),
    ).toEqual([250, undefined, undefined]);
  });

  it('go on over a call of a function, and end with an answer that is not spoken', () => {
    const calls: VoiceEvent = {
      type: 'response.done',
      event_id: 'e',
      response: { id: 'r', status: 'completed', output: [{ type: 'function_call', name: 'f', arguments: '{}' }] },
    };
    const asked: readonly Timed[] = [
      [0, begins],
      [1000, stops],
      [1100, created('r')],
    ];
    const spoken: readonly Timed[] = [
      [1600, created('s')],
      [1900, audio('s', 20)],
    ];
    expect(turnsOf([...asked, [1200, call('r')], [1300, calls], ...spoken])[0]).toBe(900);
    expect(turnsOf([...asked, [1300, done('r')], ...spoken])[0]).toBe(300);
  });

  it('are not measured of an answer that the user did not wait for', () => {
    const turn: readonly Timed[] = [
      [0, begins],
      [1000, stops],
      [1100, begins],
      [1200, audio('r', 20)],
      [1300, sounds('r')],
    ];
    expect(turnsOf(turn)).toEqual([undefined, undefined, undefined]);
  });

  it('are measured from speech over the assistant to its silence', () => {
    const sounding: readonly Timed[] = [[0, sounds('r')]];
    expect(turnsOf([...sounding, [500, begins], [530, serviceHears], [545, flushed]])[2]).toBe(45);
    expect(turnsOf([...sounding, [500, drained], [600, begins], [700, flushed]])[2]).toBeUndefined();
    expect(turnsOf([...sounding, [500, begins], [600, stops], [700, drained], [800, flushed]])[2]).toBeUndefined();
  });

  it('are summed up as the last, the median and the 95th percentile', () => {
    const turns = [300, 100, 200].flatMap((ms, i): Timed[] => [
      [i * 1000, created(`r${i}`)],
      [i * 1000 + ms, audio(`r${i}`, 20)],
      [i * 1000 + ms, done(`r${i}`)],
    ]);
    expect(read(9000, turns).turns.firstAudioMs).toEqual({ last: 200, p50: 200, p95: 300 });
  });
});

describe('health of the buffer', () => {
  const answer = (heardMs: number): readonly Timed[] => [
    [0, created('r')],
    [0, added('r')],
    [0, audio('r', 200)],
    [10, sounds('r')],
    [20, played('r', heardMs)],
  ];

  it('is what waits against what the playout gathers', () => {
    expect(read(30, answer(20)).audio.bufferHealth).toBe(1);
    expect(read(30, answer(170)).audio.bufferHealth).toBe(0.5);
    expect(read(30, answer(200)).audio.bufferHealth).toBe(0);
  });

  it('goes by what the playout gathers after it has run dry', () => {
    const underrun: VoiceEvent = { type: 'playout.underrun', itemId: 'item_r', responseId: 'r', prefillMs: 120 };
    expect(read(40, [...answer(170), [30, underrun]]).audio.bufferHealth).toBe(0.25);
  });

  it('is whole where nothing more is to come', () => {
    expect(read(40, [...answer(200), [30, done('r')]]).audio.bufferHealth).toBe(1);
    expect(read(40, [...answer(200), [30, drained]]).audio.bufferHealth).toBe(1);
  });
});

describe('engineMetrics', () => {
  const event = fc.oneof(
    fc.constantFrom(begins, stops, serviceHears, serviceHeard, committed, drained, flushed, established, restored, lost),
    fc.constantFrom('r', 's', 't').chain((id) => fc.constantFrom(created(id), audio(id, 20), done(id), sounds(id), call(id))),
    fc.constantFrom(lane('fast', 'big'), lane('big', 'fast')),
  );
  const timed = (steps: readonly Timed[]): readonly Timed[] => {
    let at = 0;
    return steps.map(([ms, each]) => {
      at += ms;
      return [at, each];
    });
  };
  const history = fc.array(fc.tuple(fc.nat(500), event), { maxLength: 400 }).map(timed);

  it('stays the same for other events', () => {
    const metrics = initialEngineMetrics({ at: 0 });
    expect(engineMetrics(metrics, { type: 'diagnostic.stalled', ms: 100 }, 1)).toBe(metrics);
    expect(engineMetrics(metrics, played('r', 20), 1)).toBe(metrics);
  });

  it('costs nothing for audio that is not the first of an answer', () => {
    const { metrics } = run([
      [0, created('r')],
      [10, audio('r', 20)],
    ]);
    expect(engineMetrics(metrics, audio('r', 20), 30)).toBe(metrics);
  });

  it('is of bounded size, whatever happens and for how long', () => {
    const size = (value: unknown): number =>
      typeof value === 'object' && value !== null ? Object.values(value).reduce<number>((sum, each) => sum + size(each), 1) : 1;
    const turn = (i: number): Timed[] => [
      [i * 100, begins],
      [i * 100 + 10, flushed],
      [i * 100 + 20, stops],
      [i * 100 + 30, audio(`r${i}`, 20)],
      [i * 100 + 40, sounds(`r${i}`)],
    ];
    const long = (turns: number) => size(run(Array.from({ length: turns }, (_, i) => turn(i)).flat()).metrics);
    expect(long(1000)).toBe(long(windowLength + 1));
    expect(long(10)).toBeLessThan(long(windowLength));
  });

  it('measures nothing negative and loses no time, whatever happens', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const at = (steps.at(-1)?.[0] ?? 0) + 100;
        const { turns, lanes, audio: sound, uptimeSeconds, connection } = read(at, steps, { speechEndMs: 0 });
        for (const { last = 0, p50 = 0, p95 = 0 } of Object.values(turns)) {
          expect(Math.min(last, p50)).toBeGreaterThanOrEqual(0);
          expect(p95).toBeGreaterThanOrEqual(p50);
        }
        expect(lanes.fastLaneMs + lanes.bigLaneMs).toBe(at);
        expect(lanes.fastLanePercent + lanes.bigLanePercent).toBeCloseTo(100, 6);
        expect(sound.bufferHealth).toBeGreaterThanOrEqual(0);
        expect(sound.bufferHealth).toBeLessThanOrEqual(1);
        expect(connection.uptimeSeconds).toBeLessThanOrEqual(uptimeSeconds);
      }),
    );
  });
});
