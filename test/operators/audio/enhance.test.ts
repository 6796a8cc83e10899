import { from, lastValueFrom, NEVER, of, Subject, toArray } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { enhance } from '../../../operators/audio/enhance.js';
import type { AudioFrame } from '../../../src/audio.js';
import { clock } from '../../../src/clock.js';
import { voiceClarity } from '../../../src/dsp/clarity.js';
import { loadAec3 } from '../../../src/dsp/echo/aec3.js';
import { kalmanEcho } from '../../../src/dsp/echo/kalman-echo.js';
import { gainControl } from '../../../src/dsp/gain-control.js';
import { loadNoiseReducer } from '../../../src/dsp/noise-reducer.js';
import { loadResampler } from '../../../src/dsp/resampler.js';
import { type EnhanceMode, enhanceDelayMs, loadEnhancer } from '../../../src/enhancement.js';
import type { AudioStageEvent } from '../../../src/events.js';
import { compared, decibels, inFrames, isSame, lagOf, mixed, powerOf, recording, treated } from '../../dsp/speech-in-noise.js';
import { hasShared } from '../../shared.js';

const modes: readonly EnhanceMode[] = ['latency', 'balanced', 'quality'];
/** By how much a mode may delay the sound, work included. */
const boundsMs: Readonly<Record<EnhanceMode, number>> = { latency: 5, balanced: 20, quality: 50 };
const rate = 16_000;
const sound = Int16Array.from({ length: rate }, (_, at) => 6000 * Math.sin(at / 7) + 3000 * Math.sin(at * at));

// A stage that is slow on a busy machine would be spared.
beforeEach(() => {
  clock.delegate = { now: () => 0 };
});
afterEach(() => {
  clock.delegate = undefined;
});

describe('enhance', () => {
  it.each([
    ['latency', 0, 0],
    ['balanced', 16, 16],
    ['quality', 32.75, 38.25],
  ] as const)('in mode %s delays sound by %f ms at 24 kHz, by %f at 8 kHz, and says so', async (mode, at24, at8) => {
    const processor = (await loadEnhancer({ mode, clarityBoost: true }))();
    expect([enhanceDelayMs({ mode }), enhanceDelayMs({ mode }, 8000), processor.delayMs]).toEqual([at24, at8, at24]);
    processor.process({ samples: new Int16Array(1), sampleRate: 8000, position: 0 });
    expect(processor.delayMs).toBe(at8);
    processor.close();
    expect(enhanceDelayMs({ mode, noiseReduction: false })).toBe(0);
  });

  it.each(modes)('in mode %s puts its stages one after the other, however the audio is cut', async (mode) => {
    const noise = mode === 'latency' ? undefined : await loadNoiseReducer({ model: mode === 'quality' ? 'rnnoise' : 'speex' });
    const stages = [...(noise ? [noise()] : []), voiceClarity()(), gainControl()()];
    let expected: Int16Array = sound;
    for (const stage of stages) expected = treated(stage, expected, rate);
    const frames = inFrames(sound, rate, [320, 80, 3200, 1, 1600]);
    const out = await lastValueFrom(from(frames).pipe(enhance({ mode, clarityBoost: true }), toArray()));
    expect(isSame(Int16Array.from(out.flatMap(({ samples }) => [...samples])), expected)).toBe(true);
    expect(out.map(({ position }) => position)).toEqual(frames.map(({ position }) => position));
  });

  it.skipIf(!hasShared).each([
    ['balanced', 6],
    ['quality', 15],
  ] as const)(
    'in mode %s makes pauses quieter by more than %i dB against speech, late by its delay to the sample',
    async (mode, leastDb) => {
      const speech = recording('prompts-en').subarray(0, 80_000);
      const noisy = mixed(speech, recording('noise-wind'), 10);
      const processor = (await loadEnhancer({ mode }))();
      const out = treated(processor, noisy, rate);
      const lag = processor.delayMs * 16;
      processor.close();
      const start = speech.findIndex((sample) => Math.abs(sample) > 3000);
      expect(lagOf(speech, out, start, 1200)).toBe(lag);
      const gained = decibels(powerOf(out, lag) / powerOf(noisy, 0, noisy.length - lag));
      const before = compared(speech, noisy).gapDbfs + gained;
      expect(before - compared(speech, out, lag).gapDbfs).toBeGreaterThan(leastDb);
    },
  );

  it('tells of its stages, and takes no harm from who is told', async () => {
    const events: AudioStageEvent[] = [];
    const report = (event: AudioStageEvent): void => {
      events.push(event);
      throw new Error('not mine');
    };
    const out = await lastValueFrom(
      from(inFrames(sound, rate, [320])).pipe(enhance({ mode: 'latency', clarityBoost: true, report }), toArray()),
    );
    expect(out).toHaveLength(50);
    const timings = events.flatMap((event) => (event.type === 'audio.stage_timings' ? event.stages : []));
    expect(timings.map(({ stage, frames }) => [stage, frames])).toEqual([
      ['clarity', 50],
      ['gain', 50],
    ]);
  });

  it('ends no process with what who is told rejects with', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    const report = async (): Promise<void> => {
      throw new Error('not mine');
    };
    await lastValueFrom(from(inFrames(sound, rate, [320])).pipe(enhance({ mode: 'latency', report })));
    await new Promise((resolve) => setTimeout(resolve, 5));
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });

  it('does nothing where nothing is wanted', async () => {
    const frames = inFrames(sound, rate, [320]);
    const nothing = { noiseReduction: false, gainControl: false };
    expect(await lastValueFrom(from(frames).pipe(enhance(nothing), toArray()))).toEqual(frames);
  });

  it.each([
    [{ mode: 'best' as EnhanceMode }, "enhance: mode must be 'latency', 'balanced' or 'quality', got \"best\""],
    [{ gainControl: { targetDbfs: 0 } }, 'controlGain: targetDbfs must be -40 to -6, got 0'],
    [{ clarityBoost: { presenceDb: 99 } }, 'clarity: presenceDb must be -24 to 24, got 99'],
  ])('refuses %j on call', (config, message) => {
    expect(() => of().pipe(enhance(config))).toThrow(new RangeError(message));
  });
});

describe('enhance with echo cancellation', () => {
  it.each([
    ['doubleTalk', 10],
    ['strong', 10],
  ] as const)('%s lowers by more than %i dB what the loudspeaker plays', async (mode, leastDb) => {
    const far = Int16Array.from({ length: 4 * rate }, (_, at) => 4000 * Math.sin(at * at * 0.37) + 2000 * Math.sin(at * 1.7));
    const near = far.map((_, at) => (at < 800 ? 0 : 0.4 * (far[at - 800] ?? 0)));
    const reference$ = new Subject<AudioFrame>();
    const source = new Subject<AudioFrame>();
    const config = { noiseReduction: false, gainControl: false, echoCancellation: { reference$, mode } } as const;
    const out: number[] = [];
    source.pipe(enhance(config)).subscribe(({ samples }) => out.push(...samples));
    await Promise.all([loadAec3(), loadResampler()]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    inFrames(far, rate, [320]).forEach((frame) => {
      reference$.next(frame);
      source.next({ ...frame, samples: near.subarray(frame.position, frame.position + 320) });
    });
    expect(out).toHaveLength(near.length);
    const rest = Int16Array.from(out.slice(-rate));
    expect(decibels(powerOf(near, near.length - rate) / powerOf(rest))).toBeGreaterThan(leastDb);
  });

  it.each([8000, 16_000, 24_000, 44_100, 48_000])(
    'leaves each mode a millisecond and more for the work, at %i Hz',
    (sampleRate) => {
      const canceller = kalmanEcho();
      canceller.process({ samples: new Int16Array(1), sampleRate, position: 0 });
      const leftMs = modes.map((mode) => boundsMs[mode] - enhanceDelayMs({ mode }, sampleRate) - canceller.delayMs);
      for (const ms of leftMs) expect(ms).toBeGreaterThan(1);
    },
  );

  it('refuses a way that there is not, on call', () => {
    expect(() => enhance({ echoCancellation: { reference$: NEVER, mode: 'weak' as 'strong' } })).toThrow(RangeError);
  });
});
