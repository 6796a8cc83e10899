import { interval, map } from 'rxjs';
import { expect } from 'vitest';
import type { AudioFrame } from '../../src/audio.js';
import type { VoiceEngineConfig } from '../../src/engine/engine-config.js';
import type { Platform } from '../../src/engine/platform.js';
import type { VoiceEvent } from '../../src/events.js';
import { engineRun } from './engine-run.js';

/** Expects an engine to tell of these treatments and of no other, while it hears these frames again and again for two seconds and more. */
export const expectStages = async (
  frames: readonly AudioFrame[],
  engine: VoiceEngineConfig,
  stages: readonly string[],
  platform: Partial<Platform> = {},
): Promise<void> => {
  const seen: VoiceEvent[] = [];
  const microphone = () => interval(2).pipe(map((at) => frames[at % 100] as AudioFrame));
  await using run = await engineRun({ engine, platform: { microphone, ...platform } });
  run.engine.voice$.subscribe((event) => seen.push(event));
  await run.engine.connect();
  await run.engine.startListening();
  const told = (): ReadonlySet<string> =>
    new Set(seen.flatMap((event) => (event.type === 'audio.stage_timings' ? event.stages.map(({ stage }) => stage) : [])));
  const patience = { timeout: 10_000 };
  await expect.poll(() => run.seen.filter(({ type }) => type === 'audio.input_chunk').length, patience).toBeGreaterThan(120);
  // What loads late tells late.
  await expect.poll(told, patience).toEqual(new Set(stages));
};
