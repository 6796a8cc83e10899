import type { AudioFrame } from '../audio.js';
import type { EchoCanceller } from '../dsp/echo/echo-canceller.js';
import { echoModes } from '../dsp/echo/echo-modes.js';
import { loadEnhancer } from '../enhancement.js';
import type { AudioStageEvent } from '../events.js';
import type { EnhancementOptions } from './enhancement-options.js';
import type { OptimizeFor } from './optimizations.js';
import { chained, type OpenTreatment } from './treatment.js';

/** Tells a function of what the other side plays, until it is called off. */
export type Listen = (hear: (far: AudioFrame) => void) => () => void;

/** What enhancement needs to know. */
export interface EnhancementPlace {
  readonly optimizeFor: OptimizeFor;
  /** The other side. */
  readonly listen: Listen;
  /** Told when a stage is passed by, and when it returns. */
  readonly report: (event: AudioStageEvent) => void;
}

/** A canceller that hears the other side as long as it is open. */
const listening =
  (open: () => EchoCanceller, listen: Listen): OpenTreatment =>
  () => {
    const canceller = open();
    const leave = listen((far) => canceller.reference(far));
    return {
      get delayMs() {
        return canceller.delayMs;
      },
      process: (frame) => canceller.process(frame),
      reset: () => canceller.reset(),
      close() {
        leave();
        canceller.close();
      },
    };
  };

/**
 * Loads all that was asked for, in the order in which it works: echo, noise, clarity, level.
 *
 * @returns A promise; it rejects with `AudioError` `backend_missing` when something cannot be loaded.
 */
export async function loadEnhancement(
  { noiseReduction = false, echoCancellation = false, gainControl = false, clarityBoost = false }: EnhancementOptions,
  { optimizeFor, listen, report }: EnhancementPlace,
): Promise<OpenTreatment> {
  const mode = echoCancellation === true ? 'doubleTalk' : echoCancellation;
  const isEnhanced = noiseReduction || gainControl || clarityBoost;
  const parts = await Promise.all([
    ...(mode ? [echoModes[mode]().then((open) => listening(open, listen))] : []),
    ...(isEnhanced ? [loadEnhancer({ mode: optimizeFor, noiseReduction, gainControl, clarityBoost, report })] : []),
  ]);
  return () => chained(parts.map((open) => open()));
}
