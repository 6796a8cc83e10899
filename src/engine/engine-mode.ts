import type { LaneAnalyzer } from '../lane-analyzer.js';
import type { Tool } from '../tool.js';
import type { EngineSettings } from './engine-config.js';

/**
 * Which lanes there are: `fast` stays in the fast one, `big` in the big one, `dynamic` goes from one to the other, and with `provider` there are
 * none: audio and text go to a provider of your own as they are.
 */
export type EngineMode = 'fast' | 'big' | 'dynamic' | 'provider';

/** The mode that was given; else dynamic where something may ask for the big lane: a tool, a trigger, an analyzer. */
export const modeOf = (
  { mode, isTriggered, switchAnalyzer }: Pick<EngineSettings, 'mode' | 'isTriggered' | 'switchAnalyzer'>,
  tools: readonly Tool[],
  analyzer: LaneAnalyzer | undefined = switchAnalyzer,
): EngineMode => mode ?? (isTriggered || analyzer || tools.length > 0 ? 'dynamic' : 'fast');
