import { contextual, costAware, predictive } from '../lane-modifiers.js';
import { explicitRequest, functionCall, type LaneRule, multimodal, plainTalk, transcriptionWanted } from '../lane-rules.js';
import type { Tool } from '../tool.js';
import { toolVocabulary } from '../tool-vocabulary.js';

/**
 * What leads to the big lane by itself: a request, a function call, a picture, the wish to have something written down, words of a tool; other words
 * lead to the fast lane. With the conversation in mind, and where it is worth it.
 */
export const defaultRules = (tools: readonly Tool[]): readonly LaneRule[] => [
  explicitRequest,
  ...[functionCall, multimodal, transcriptionWanted(), predictive()(toolVocabulary(tools)), plainTalk]
    .map(costAware())
    .map(contextual),
];
