import { from, interval, lastValueFrom, map, toArray } from 'rxjs';
import { afterEach, expect, it, vi } from 'vitest';
import type { AudioFrame } from '../../src/audio.js';
import { clock } from '../../src/clock.js';
import { enhancedInput } from '../../src/engine/enhanced-input.js';
import type { AudioStageEvent, VoiceEvent } from '../../src/events.js';
import { inFrames, isSame, treated } from '../dsp/speech-in-noise.js';
import { engineRun } from './engine-run.js';

const samples = Int16Array.from({ length: 48_000 }, (_, at) => 6000 * Math.sin(at / 7) + 500 * Math.sin(at * at));
const frames = inFrames(samples, 24_000, [480]);

afterEach(() => {
  clock.delegate = undefined;
  vi.doUnmock('../../src/enhancement.js');
});

it('enhances the voice in the best mode, and tells of the stages', async () => {
  clock.delegate = { now: () => 0 };
  const events: AudioStageEvent[] = [];
  const out = await lastValueFrom(
    from(frames).pipe(
      enhancedInput((event) => events.push(event)),
      toArray(),
    ),
  );
  const { loadEnhancer } = await import('../../src/enhancement.js');
  const expected = treated((await loadEnhancer({ mode: 'quality', clarityBoost: true }))(), samples, 24_000);
  expect(isSame(Int16Array.from(out.flatMap((frame) => [...frame.samples])), expected)).toBe(true);
  expect(events.map((event) => event.type === 'audio.stage_timings' && event.stages[0]?.stage).slice(0, 3)).toEqual([
    'noise',
    'clarity',
    'gain',
  ]);
});

it('lets the voice through as it is where it cannot be loaded, and says so', async () => {
  vi.doMock('../../src/enhancement.js', () => ({ loadEnhancer: () => Promise.reject(new Error('not there')) }));
  const events: AudioStageEvent[] = [];
  const out = await lastValueFrom(
    from(frames).pipe(
      enhancedInput((event) => events.push(event)),
      toArray(),
    ),
  );
  expect(out).toEqual(frames);
  expect(events).toMatchObject([{ type: 'audio.stage_bypassed', stage: 'enhancement', error: new Error('not there') }]);
});

it('stands in the way of the microphone with latencyMode quality, and nowhere else', async () => {
  const heard = async (latencyMode: 'balanced' | 'quality'): Promise<readonly VoiceEvent[]> => {
    const seen: VoiceEvent[] = [];
    const microphone = () => interval(2).pipe(map((at) => frames[at % 100] as AudioFrame));
    await using run = await engineRun({ engine: { latencyMode }, platform: { microphone } });
    run.engine.voice$.subscribe((event) => seen.push(event));
    await run.engine.connect();
    await run.engine.startListening();
    await expect
      .poll(() => run.seen.filter(({ type }) => type === 'audio.input_chunk').length, { timeout: 5000 })
      .toBeGreaterThan(120);
    return seen;
  };
  const stages = (events: readonly VoiceEvent[]) => events.filter(({ type }) => type.startsWith('audio.stage_'));
  expect(stages(await heard('balanced'))).toEqual([]);
  expect(stages(await heard('quality')).length).toBeGreaterThan(0);
});
