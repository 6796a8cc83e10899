/**
 * Names of attributes. Those of `gen_ai` are the ones that OpenTelemetry's conventions for generative AI had merged in 2026-11, which call themselves
 * "in development"; those of `vox` are ours.
 *
 * @see {@link https://github.com/open-telemetry/semantic-conventions-genai}
 */
export const attribute = {
  operation: 'gen_ai.operation.name',
  provider: 'gen_ai.provider.name',
  model: 'gen_ai.request.model',
  conversation: 'gen_ai.conversation.id',
  agent: 'gen_ai.agent.name',
  outputType: 'gen_ai.output.type',
  responseId: 'gen_ai.response.id',
  finishReasons: 'gen_ai.response.finish_reasons',
  firstChunk: 'gen_ai.response.time_to_first_chunk',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  cachedTokens: 'gen_ai.usage.cache_read.input_tokens',
  audioInputTokens: 'gen_ai.usage.audio.input_tokens',
  audioOutputTokens: 'gen_ai.usage.audio.output_tokens',
  tokenType: 'gen_ai.token.type',
  toolName: 'gen_ai.tool.name',
  toolCallId: 'gen_ai.tool.call.id',
  toolType: 'gen_ai.tool.type',
  error: 'error.type',
  interrupted: 'vox.interrupted',
  lane: 'vox.lane',
  direction: 'vox.direction',
  reason: 'vox.reason',
} as const;

/** What differs between the conventions that are merged and those that are proposed. */
export interface Conventions {
  /** What an answer of the model is called. */
  readonly generate: string;
  /** The attribute that divides tokens into text, audio and image. */
  readonly modality: string | undefined;
}

/** Merged; a live answer counts as any answer of a multimodal model. */
const merged: Conventions = { generate: 'generate_content', modality: undefined };

/** Proposed for voice (pull requests 390 and 394 of the conventions, 2026-11). */
const proposed: Conventions = { generate: 'generate_live_content', modality: 'gen_ai.token.modality' };

/** @param optIn What `OTEL_SEMCONV_STABILITY_OPT_IN` says: a list, with commas. */
export const conventionsOf = (optIn: string): Conventions =>
  optIn.split(',').some((each) => each.trim() === 'gen_ai_latest_experimental') ? proposed : merged;

/** Doubling from 10 ms, as the conventions want it for operations. */
const operationSeconds = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
/** Doubling from 100 ms, as they want it for agents. */
const turnSeconds = [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4, 204.8, 409.6];
/** What a listener can tell apart: 100 ms are at once, a second is a pause. */
const latencySeconds = [0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 1, 1.5, 2, 3, 5, 10];
/** The service ends a session after an hour. */
const sessionSeconds = [1, 5, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200];
/** Powers of four, as the conventions want it. */
const tokens = [1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864];
const calls = [0, 1, 2, 4, 8, 16, 32];

/** Histograms: unit and upper bounds. */
export const histograms = {
  'gen_ai.client.operation.duration': ['s', operationSeconds],
  'gen_ai.client.operation.time_to_first_chunk': ['s', operationSeconds],
  'gen_ai.client.operation.time_per_output_chunk': ['s', operationSeconds],
  'gen_ai.client.token.usage': ['{token}', tokens],
  'gen_ai.execute_tool.duration': ['s', operationSeconds],
  'gen_ai.invoke_agent.duration': ['s', turnSeconds],
  'gen_ai.invoke_agent.tool_calls': ['{tool_call}', calls],
  'voice.turn.e2e_latency': ['s', latencySeconds],
  'voice.turn.end_of_turn_delay': ['s', latencySeconds],
  'voice.turn.transcription_delay': ['s', latencySeconds],
  'voice.interruption.stop_latency': ['s', latencySeconds],
  'voice.session.duration': ['s', sessionSeconds],
  'voice.session.gap': ['s', operationSeconds],
} as const satisfies Readonly<Record<string, readonly [unit: string, bounds: readonly number[]]>>;

/** Counters: units. */
export const counters = {
  'voice.interruptions': '{interruption}',
  'voice.session.reconnects': '{reconnect}',
  'voice.audio.dropped': 's',
  'voice.audio.underruns': '{underrun}',
  'voice.lane.switches': '{switch}',
  'voice.cost': '{USD}',
} as const;

/** Counters that go up and down: units. */
export const levels = { 'voice.session.active': '{session}', 'voice.lane': '{session}' } as const;
