import { identity } from 'rxjs';
import type { Lane } from '../lane.js';
import { analyzer, type LaneAnalyzer } from '../lane-analyzer.js';
import { contextual, costAware, type LaneRuleModifier, predictive } from '../lane-modifiers.js';
import {
  business,
  explicitRequest,
  functionCall,
  keywords,
  type LaneRule,
  multimodal,
  plainTalk,
  transcriptionWanted,
} from '../lane-rules.js';
import type { Tool } from '../tool.js';
import { toolVocabulary } from '../tool-vocabulary.js';
import type { ConverseConfig } from './converse.js';
import type { EngineSettings } from './engine-config.js';
import { type EngineMode, modeOf } from './engine-mode.js';
import { fastLane } from './fast-lane.js';
import { latencyModes } from './latency-mode.js';

export interface EngineLanesConfig {
  /** What the model may call by now; whoever gives them declares and runs them. */
  readonly tools: readonly Tool[];
  /** The analyzer of the moment: it is asked for at each thing that the user says. */
  readonly analyzer: () => LaneAnalyzer | undefined;
  /**
   * What the big lane does to the audio.
   * @default identity: nothing
   */
  readonly audio?: Lane['audio'];
}

/** What people say who want the audio to be better. */
const audioPhrases: readonly string[] = [
  'background noise',
  'too much noise',
  'noise reduction',
  'reduce the noise',
  'clean up the audio',
  'there is an echo',
  'ruido de fondo',
  'mucho ruido',
  'reduce el ruido',
  'hay eco',
];

/**
 * The lanes of an engine, and what leads from one to the other, for `converse`.
 *
 * `switchThresholdMs` is the least work that is worth a switch (`costAware`), not `decideWithinMs`: how long an answer waits for the decision is set by
 * the latency mode, for it trades the latency of every answer, also of those that need no switch. Rules go by words only where words come: with
 * `mode: 'dynamic'` they are written down whatever `enableTranscription` says.
 */
export const engineLanes = (
  settings: EngineSettings,
  { tools, analyzer: analyzerOf, audio = identity }: EngineLanesConfig,
): Pick<ConverseConfig, 'lanes' | 'rules' | 'hysteresis' | 'decideWithinMs'> => {
  const { switchCooldownMs, preferFastLane, bigLaneTimeoutMs, onBigLaneTimeout, latencyMode } = settings;
  const mode = modeOf(settings, tools, analyzerOf());
  const lanes = lanesOf(mode, { name: 'big', audio });
  if (mode !== 'dynamic') return { lanes, decideWithinMs: 0 };
  return {
    lanes,
    rules: rulesOf(settings, tools, analyzerOf),
    hysteresis: {
      cooldownMs: switchCooldownMs,
      preferFast: preferFastLane,
      bigLaneTimeoutMs,
      onTimeout: onBigLaneTimeout,
    },
    decideWithinMs: latencyModes[latencyMode].decideWithinMs,
  };
};

// Not `bigLane`: delegates and pipelines come with it, 4 kB of the 74 that the engine was, minified and gzipped.
const lanesOf = (mode: EngineMode, big: Lane): readonly Lane[] => {
  switch (mode) {
    case 'fast':
      return [fastLane()];
    case 'big':
      return [big];
    case 'dynamic':
      return [fastLane(), big];
    case 'provider':
      return [{ name: 'provider', audio: identity }];
  }
};

const rulesOf = (
  settings: EngineSettings,
  tools: readonly Tool[],
  analyzerOf: EngineLanesConfig['analyzer'],
): readonly LaneRule[] => {
  const { switchTriggers, switchThresholdMs, predictiveSwitching, predictionConfidence, preferFastLane } = settings;
  const ahead = predictiveSwitching ? predictive({ confidence: predictionConfidence }) : whenSaid;
  const unlessAnalyzed: LaneRuleModifier = (rule) => (event, context) => (analyzerOf() ? undefined : rule(event, context));
  const words = [
    ...(switchTriggers.transcription ? [transcriptionWanted()] : []),
    ...(switchTriggers.audioProcessing ? [keywords(audioPhrases, 'audio_processing')] : []),
    ...(switchTriggers.functionCalls ? [toolVocabulary(tools)] : []),
  ];
  const worthIt = costAware({ switchThresholdMs });
  return [
    explicitRequest,
    ...[
      ...(switchTriggers.functionCalls ? [functionCall] : []),
      ...(switchTriggers.multimodal ? [multimodal] : []),
      ...(switchTriggers.business ? [business(switchTriggers.business)] : []),
      ...(switchTriggers.keywords.length > 0 ? [ahead(keywords(switchTriggers.keywords))] : []),
      liveAnalyzer(settings, analyzerOf),
      ...words.map(ahead).map(unlessAnalyzed),
      unlessAnalyzed(preferFastLane ? plainTalk : stayingTalk),
    ].map((rule) => contextual(worthIt(rule))),
  ];
};

/** Waits for the end of what the user says. */
const whenSaid: LaneRuleModifier = (rule) => (event, context) =>
  context.utterance && !context.utterance.isFinal ? undefined : rule(event, context);

/** Talk is no reason to leave the lane; answers need not wait for another. */
const stayingTalk: LaneRule = (event, context) => {
  const decision = plainTalk(event, context);
  return decision && { ...decision, lane: context.lane };
};

const liveAnalyzer =
  ({ latencyMode, metadata }: EngineSettings, analyzerOf: EngineLanesConfig['analyzer']): LaneRule =>
  (event, context) => {
    const analyze = analyzerOf();
    const { latencyBudgetMs } = latencyModes[latencyMode];
    return analyze && analyzer(analyze, { latencyBudgetMs, user: metadata })(event, context);
  };
