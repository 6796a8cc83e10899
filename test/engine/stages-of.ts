import { interval, map } from 'rxjs';
import { expect } from 'vitest';
import type { AudioFrame } from '../../src/audio.js';
import type { VoiceEngineConfig } from '../../src/engine/engine-config.js';
import type { Platform } from '../../src/engine/platform.js';
import type { VoiceEvent } from '../../src/events.js';
import { engineRun } from './engine-run.js';

/** The treatments that an engine tells of, while it hears these frames again and again for two seconds and more. */
export const stagesOf = async (
  frames: readonly AudioFrame[],
  engine: VoiceEngineConfig,
  platform: Partial<Platform> = {},
): Promise<ReadonlySet<string>> => {
  const seen: VoiceEvent[] = [];
  const microphone = () => interval(2).pipe(map((at) => frames[at % 100] as AudioFrame));
  await using run = await engineRun({ engine, platform: { microphone, ...platform } });
  run.engine.voice$.subscribe((event) => seen.push(event));
  await run.engine.connect();
  await run.engine.startListening();
  await expect
    .poll(() => run.seen.filter(({ type }) => type === 'audio.input_chunk').length, { timeout: 5000 })
    .toBeGreaterThan(120);
  return new Set(seen.flatMap((event) => (event.type === 'audio.stage_timings' ? event.stages.map(({ stage }) => stage) : [])));
};
