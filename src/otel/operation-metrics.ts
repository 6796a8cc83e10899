import type { Attributes } from '@opentelemetry/api';
import { estimateCost } from '../engine/cost.js';
import type { Prices } from '../engine/prices.js';
import { addUsage, noUsage, type TokenCounts } from '../state/usage.js';
import type { Usage } from '../wire/usage.js';
import type { CallFacts } from './call-facts.js';
import type { Instruments } from './instruments.js';
import { attribute, type Conventions } from './names.js';
import type { OperationObserver } from './operation.js';

export interface OperationMetricsConfig {
  readonly instruments: Instruments;
  readonly conventions: Conventions;
  readonly prices: Prices | undefined;
  facts(): CallFacts;
}

/** Measures operations: how long they take, as their spans do, and what they use and cost. */
export const operationMetrics = (config: OperationMetricsConfig): OperationObserver => {
  const { instruments, conventions, prices, facts } = config;
  const generating = (): Attributes => ({ [attribute.operation]: conventions.generate, ...modelOf(facts()) });

  const used = (usage: Usage): void => {
    for (const [type, whole, parts] of tokensOf(usage)) {
      const divided = conventions.modality === undefined ? [[undefined, whole] as const] : partsOf(whole, parts);
      for (const [modality, count] of divided) {
        const labels = { ...generating(), [attribute.tokenType]: type };
        if (count > 0 || modality === undefined) {
          instruments.record('gen_ai.client.token.usage', count, {
            ...labels,
            ...(conventions.modality && modality ? { [conventions.modality]: modality } : {}),
          });
        }
      }
    }
    instruments.count('voice.cost', costOf(usage, facts().model ?? 'unknown', prices), modelOf(facts()));
  };

  return {
    started: () => undefined,
    ended({ kind, name, startedAt }, { at, error, toolCalls, usage }) {
      const seconds = (at - startedAt) / 1000;
      const failed = error === undefined ? {} : { [attribute.error]: error };
      if (kind === 'turn') {
        instruments.record('gen_ai.invoke_agent.duration', seconds, failed);
        instruments.record('gen_ai.invoke_agent.tool_calls', toolCalls ?? 0);
      } else if (kind === 'tool') {
        const tool = { [attribute.toolName]: name ?? '', [attribute.toolType]: 'function' };
        instruments.record('gen_ai.execute_tool.duration', seconds, { ...tool, ...failed });
      } else {
        instruments.record('gen_ai.client.operation.duration', seconds, { ...generating(), ...failed });
        if (usage) used(usage);
      }
    },
  };
};

export const modelOf = ({ model }: CallFacts): Attributes => (model === undefined ? {} : { [attribute.model]: model });

type Part = readonly [modality: string | undefined, count: number];

/** Both directions, where the provider has counted them. */
const tokensOf = (usage: Usage): readonly (readonly [type: string, whole: number, parts: TokenCounts])[] => {
  const { input, output } = addUsage(noUsage, usage);
  const { input_tokens, output_tokens } = usage;
  return [
    ...(input_tokens == null ? [] : [['input', input_tokens, input] as const]),
    ...(output_tokens == null ? [] : [['output', output_tokens, output] as const]),
  ];
};

/** The parts add up to the whole: what the provider has not divided has no modality. */
const partsOf = (whole: number, parts: TokenCounts): readonly Part[] => {
  const divided = parts.text + parts.audio + parts.image;
  return [...Object.entries(parts), ...(whole > divided ? [[undefined, whole - divided] as const] : [])];
};

const costOf = (usage: Usage, model: string, prices: Prices | undefined): number => {
  const { input, cached, output, totalTokens: total } = addUsage(noUsage, usage);
  const tokens = { text: 0, audio: 0, image: 0, input, cached, output, total };
  return estimateCost({ byModel: { [model]: { tokens } }, transcription: {}, uncountedResponses: 0 }, prices).total;
};
