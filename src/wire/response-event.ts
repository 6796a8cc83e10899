import * as t from 'io-ts';
import { ContentPart, Item } from './item.js';
import { Response } from './response.js';
import { nullable, record } from './shape.js';
import { Usage } from './usage.js';

const common = { event_id: t.string, previous_item_id: nullable(t.string) };

/** Where in the response a piece belongs: pieces of several items interleave. */
const place = { response_id: t.string, item_id: t.string, output_index: t.number, content_index: t.number };

/** Text has random filler beside it, so that its length on the wire tells nothing. */
const delta = { ...common, obfuscation: nullable(t.string) };

/** A response began. */
export const ResponseCreated = record({ type: t.literal('response.created'), response: Response }, common);
export type ResponseCreated = t.TypeOf<typeof ResponseCreated>;

/** A response ended, by whatever cause; its audio usually still plays for seconds. */
export const ResponseDone = record(
  { type: t.literal('response.done'), response: Response },
  {
    ...common,
    /** xAI: the usage, which it does not put into the response. */
    usage: nullable(Usage),
    response_id: t.string,
  },
);
export type ResponseDone = t.TypeOf<typeof ResponseDone>;

/** The response has a further item. */
export const OutputItemAdded = record(
  { type: t.literal('response.output_item.added'), response_id: t.string, output_index: t.number, item: Item },
  common,
);
export type OutputItemAdded = t.TypeOf<typeof OutputItemAdded>;

/** An item of the response is complete. */
export const OutputItemDone = record(
  { type: t.literal('response.output_item.done'), response_id: t.string, output_index: t.number, item: Item },
  common,
);
export type OutputItemDone = t.TypeOf<typeof OutputItemDone>;

/** An item has a further part. Azure sends `part` once more as `content`. */
export const ContentPartAdded = record(
  { type: t.literal('response.content_part.added'), ...place },
  { ...common, part: ContentPart, content: ContentPart },
);
export type ContentPartAdded = t.TypeOf<typeof ContentPartAdded>;

/** A part is complete. xAI leaves `part` out. */
export const ContentPartDone = record(
  { type: t.literal('response.content_part.done'), ...place },
  { ...common, part: ContentPart, content: ContentPart },
);
export type ContentPartDone = t.TypeOf<typeof ContentPartDone>;

/** Words of a written answer. */
export const OutputTextDelta = record({ type: t.literal('response.output_text.delta'), ...place, delta: t.string }, delta);
export type OutputTextDelta = t.TypeOf<typeof OutputTextDelta>;

/** A written answer. */
export const OutputTextDone = record({ type: t.literal('response.output_text.done'), ...place, text: t.string }, common);
export type OutputTextDone = t.TypeOf<typeof OutputTextDone>;

/** Audio of an answer: base64, in the session's output format. It comes faster than it plays. */
export const AudioDelta = record({ type: t.literal('response.output_audio.delta'), ...place, delta: t.string }, common);
export type AudioDelta = t.TypeOf<typeof AudioDelta>;

/** All audio of a part has come. */
export const OutputAudioDone = record({ type: t.literal('response.output_audio.done'), ...place }, common);
export type OutputAudioDone = t.TypeOf<typeof OutputAudioDone>;

/** Words of a spoken answer, not aligned with its audio. */
export const OutputTranscriptDelta = record(
  { type: t.literal('response.output_audio_transcript.delta'), ...place, delta: t.string },
  delta,
);
export type OutputTranscriptDelta = t.TypeOf<typeof OutputTranscriptDelta>;

/** The words of a spoken answer. */
export const OutputTranscriptDone = record(
  { type: t.literal('response.output_audio_transcript.done'), ...place, transcript: t.string },
  common,
);
export type OutputTranscriptDone = t.TypeOf<typeof OutputTranscriptDone>;

const call = { response_id: t.string, item_id: t.string, output_index: t.number };

/** Arguments of a function call, as JSON text, piece by piece. */
export const FunctionArgumentsDelta = record(
  { type: t.literal('response.function_call_arguments.delta'), ...call, call_id: t.string, delta: t.string },
  delta,
);
export type FunctionArgumentsDelta = t.TypeOf<typeof FunctionArgumentsDelta>;

/** The arguments of a function call, as JSON text. Beta peers leave `name` out; the item has it. */
export const FunctionArgumentsDone = record(
  { type: t.literal('response.function_call_arguments.done'), ...call, call_id: t.string, arguments: t.string },
  { ...common, name: t.string },
);
export type FunctionArgumentsDone = t.TypeOf<typeof FunctionArgumentsDone>;

/** All events about responses, but MCP. */
export const responseEvents = [
  ResponseCreated,
  ResponseDone,
  OutputItemAdded,
  OutputItemDone,
  ContentPartAdded,
  ContentPartDone,
  OutputTextDelta,
  OutputTextDone,
  AudioDelta,
  OutputAudioDone,
  OutputTranscriptDelta,
  OutputTranscriptDone,
  FunctionArgumentsDelta,
  FunctionArgumentsDone,
] as const;
