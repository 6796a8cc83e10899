import { from, lastValueFrom, toArray } from 'rxjs';
import { afterEach, expect, it, vi } from 'vitest';
import { clock } from '../../src/clock.js';
import { enhancedInput } from '../../src/engine/enhanced-input.js';
import type { AudioStageEvent } from '../../src/events.js';
import { inFrames, isSame, treated } from '../dsp/speech-in-noise.js';
import { expectStages } from './expect-stages.js';

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
  await expectStages(frames, { latencyMode: 'balanced' }, []);
  await expectStages(frames, { latencyMode: 'quality' }, ['noise', 'clarity', 'gain']);
});
