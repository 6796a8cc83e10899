import * as t from 'io-ts';
import { InputItem, Item } from './item.js';
import { AudioOutput, MaxTokens, Modality, Prompt, Reasoning, Voice } from './session.js';
import { list, nullable, open, record, texts } from './shape.js';
import { Tool, ToolChoice } from './tool.js';
import { Usage } from './usage.js';

/** Up to 16 pairs of the application's own; comes back in `response.created` and `response.done`. */
export const Metadata = texts;
export type Metadata = t.TypeOf<typeof Metadata>;

/** Why a response ended as it did. A rate limit or quota failure appears here and nowhere else. */
export const StatusDetails = record(
  {},
  {
    type: nullable(open('completed', 'cancelled', 'incomplete', 'failed')),
    reason: nullable(open('turn_detected', 'client_cancelled', 'max_output_tokens', 'content_filter')),
    error: nullable(record({}, { type: nullable(t.string), code: nullable(t.string), message: nullable(t.string) })),
  },
);
export type StatusDetails = t.TypeOf<typeof StatusDetails>;

const audio = record({}, { output: nullable(AudioOutput) });

/** A response as the service tells it. */
export const Response = record(
  {},
  {
    id: t.string,
    object: t.string,
    status: open('in_progress', 'completed', 'cancelled', 'incomplete', 'failed'),
    /** xAI sends the string `unimplemented`. */
    status_details: nullable(t.union([StatusDetails, t.string])),
    output: nullable(list(Item)),
    /** xAI sends `{}` here and the truth beside the response. */
    usage: nullable(Usage),
    conversation_id: nullable(t.string),
    audio: nullable(audio),
    max_output_tokens: nullable(MaxTokens),
    metadata: nullable(Metadata),
    output_modalities: nullable(list(Modality)),
    /** Beta peers. */
    modalities: nullable(list(Modality)),
    voice: nullable(Voice),
    output_audio_format: nullable(t.string),
    temperature: nullable(t.number),
  },
);
export type Response = t.TypeOf<typeof Response>;

/** What a `response.create` may ask for; what is left out comes from the session. */
export const ResponseParams = record(
  {},
  {
    audio,
    /** `none`: out of band, may run beside another response. */
    conversation: open('auto', 'none'),
    /** Replaces the conversation. */
    input: list(InputItem),
    instructions: t.string,
    max_output_tokens: MaxTokens,
    metadata: nullable(Metadata),
    output_modalities: list(Modality),
    parallel_tool_calls: t.boolean,
    prompt: nullable(Prompt),
    reasoning: Reasoning,
    tool_choice: ToolChoice,
    tools: list(Tool),
    /** Beta peers. */
    modalities: list(Modality),
  },
);
export type ResponseParams = t.TypeOf<typeof ResponseParams>;
