import * as E from 'fp-ts/lib/Either.js';
import { ResponseParams } from '../wire/response.js';
import type { ToolResult, Turn } from './answer.js';
import { isObject } from './client-request.js';
import { codecFailure } from './codec-failure.js';
import { type Conversation, type Entry, entryOf } from './conversation.js';
import { type Failure, missing, refuse, unknownParameter } from './failure.js';
import type { AudioFormat, RealtimeSession, ResponseObject, Tool } from './shapes.js';

type Json = Readonly<Record<string, unknown>>;

/** What one response is to be like: the session's settings with the request's on top. */
export interface ResponseRequest {
  readonly response: ResponseObject;
  /** Runs beside the conversation and leaves nothing in it. */
  readonly outOfBand: boolean;
  readonly instructions: string;
  readonly tools: readonly Tool[];
  readonly toolChoice: Turn['toolChoice'];
  /** What it reads. */
  readonly input: Conversation;
}

const known = new Set([
  'conversation',
  'input',
  'metadata',
  'instructions',
  'tools',
  'tool_choice',
  'output_modalities',
  'max_output_tokens',
  'audio',
  'prompt',
  'reasoning',
  'parallel_tool_calls',
]);

const readItems = (items: readonly unknown[], conversation: Conversation): E.Either<Failure, Conversation> => {
  const entries: Entry[] = [];
  for (const [index, item] of items.entries()) {
    if (!isObject(item)) continue;
    if (item.type === 'item_reference') {
      const entry = entryOf(conversation, String(item.id));
      if (!entry)
        return E.left(
          refuse(
            'invalid_value',
            `Item with id '${String(item.id)}' does not exist in the conversation.`,
            `response.input[${index}].id`,
          ),
        );
      entries.push(entry);
    } else {
      entries.push({ item: { status: 'completed', content: [], ...item } as unknown as Entry['item'], audioMs: 0 });
    }
  }
  return E.right(entries);
};

/** Reads the `response` of a `response.create`. */
export const readResponse = (
  params: Json,
  session: RealtimeSession,
  conversation: Conversation,
  ids: { readonly response: string; readonly conversation: string },
): E.Either<Failure, ResponseRequest> => {
  const strange = Object.keys(params).find((name) => !known.has(name));
  if (strange !== undefined) return E.left(unknownParameter(`response.${strange}`));
  const misfit = codecFailure(ResponseParams, params, 'response');
  if (misfit) return E.left(misfit);
  const { metadata = null, input } = params;
  if (metadata !== null && (!isObject(metadata) || Object.keys(metadata).length > 16))
    return E.left(
      refuse('invalid_value', "Invalid 'response.metadata': expected an object of at most 16 pairs.", 'response.metadata'),
    );
  const outOfBand = params.conversation === 'none';
  const audio = isObject(params.audio) && isObject(params.audio.output) ? params.audio.output : {};
  const { format, voice } = { ...session.audio.output, ...audio } as { format?: AudioFormat; voice: string };
  if (!format?.type) return E.left(missing('response.audio.output.format.type'));
  const chosen = { ...session, ...params } as RealtimeSession;
  const read = Array.isArray(input) ? readItems(input, conversation) : E.right(conversation);
  return E.map((entries: Conversation): ResponseRequest => {
    const response: ResponseObject = {
      object: 'realtime.response',
      id: ids.response,
      status: 'in_progress',
      status_details: null,
      output: [],
      conversation_id: outOfBand ? null : ids.conversation,
      output_modalities: chosen.output_modalities,
      max_output_tokens: chosen.max_output_tokens,
      audio: { output: { format, voice } },
      usage: null,
      metadata: metadata as ResponseObject['metadata'],
    };
    const { instructions, tools, tool_choice: toolChoice } = chosen;
    return { response, outOfBand, instructions, tools, toolChoice, input: entries };
  })(read);
};

const textOf = ({ item, heard }: Entry): string | undefined => {
  if (item.type !== 'message') return undefined;
  const text = item.content
    .map((part) => part.text ?? part.transcript ?? '')
    .join(' ')
    .trim();
  return text || heard;
};

/** Outputs of tools at the end of what a response reads. */
export const toolResultsOf = (input: Conversation): readonly ToolResult[] => {
  const results: ToolResult[] = [];
  for (let at = input.length - 1; at >= 0; at--) {
    const item = input[at]?.item;
    if (item?.type !== 'function_call_output') break;
    const call = input.find((entry) => entry.item.type === 'function_call' && entry.item.call_id === item.call_id)?.item;
    results.unshift({ name: call?.type === 'function_call' ? call.name : '', output: item.output });
  }
  return results;
};

/** What the model is asked, as the user's functions see it. */
export const turnOf = ({ input, tools, toolChoice, instructions }: ResponseRequest, index: number): Turn => {
  const asked = input.filter(({ item }) => item.type === 'message' && item.role === 'user');
  const last = asked[asked.length - 1];
  return {
    index,
    text: last && textOf(last),
    toolResults: toolResultsOf(input),
    tools,
    toolChoice,
    instructions,
  };
};
