import { map, type Observable, of } from 'rxjs';
import * as E from '../either.js';
import { ResponseParams } from '../wire/response.js';
import type { ToolResult, Turn } from './answer.js';
import { isObject } from './client-request.js';
import { codecFailure } from './codec-failure.js';
import { type Conversation, type Entry, entryOf } from './conversation.js';
import { createEntry, type ItemContext } from './create-item.js';
import { type Failure, refuse, unknownParameter, unsupportedValue, wrongType } from './failure.js';
import { misfitFormat, misfitMaxTokens, misfitMetadata, misfitModalities } from './limits.js';
import type { OutputAudio, RealtimeSession, ResponseObject, Tool } from './shapes.js';

type Json = Readonly<Record<string, unknown>>;

/** What one response is to be like: the session's settings with the request's on top. */
export interface ResponseRequest {
  readonly response: ResponseObject;
  /** Runs beside the conversation and leaves nothing in it. */
  readonly outOfBand: boolean;
  readonly instructions: string;
  readonly tools: readonly Tool[];
  readonly toolChoice: Turn['toolChoice'];
  /** `parallel_tool_calls` off: one call at most. */
  readonly oneCall: boolean;
  /** What it reads. */
  readonly input: Conversation;
}

/** The session around a response, beside its settings. */
export interface ResponseContext extends Omit<ItemContext, 'param'> {
  /** Of the response. */
  readonly id: string;
  readonly conversationId: string;
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

/** What a response reads in place of the conversation: items of its own, and items of the conversation by their ids. */
const readItems = (items: readonly unknown[], context: ItemContext): E.Either<Failure, Conversation> => {
  const { conversation } = context;
  let read: Conversation = [];
  for (const [index, item] of items.entries()) {
    const param = `response.input[${index}]`;
    if (!isObject(item)) return E.left(wrongType(param, 'an object'));
    const entry =
      item.type === 'item_reference'
        ? referred(item, conversation, param)
        : createEntry(item, { ...context, conversation: [...conversation, ...read], param });
    if (E.isLeft(entry)) return entry;
    read = [...read, entry.right];
  }
  return E.right(read);
};

const referred = (item: Json, conversation: Conversation, param: string): E.Either<Failure, Entry> =>
  E.fromNullable(refuse('invalid_value', `Item with id '${String(item.id)}' does not exist in the conversation.`, `${param}.id`))(
    entryOf(conversation, String(item.id)),
  );

const failureOf = (params: Json, { model }: RealtimeSession): Failure | undefined => {
  const strange = Object.keys(params).find((name) => !known.has(name));
  if (strange !== undefined) return unknownParameter(`response.${strange}`);
  const places = ['auto', 'none'];
  if (params.conversation !== undefined && !places.includes(String(params.conversation)))
    return unsupportedValue('response.conversation', params.conversation, places);
  const output = isObject(params.audio) && isObject(params.audio.output) ? params.audio.output : {};
  return (
    misfitMetadata(params.metadata, 'response.metadata') ??
    misfitModalities(params.output_modalities, 'response.output_modalities') ??
    misfitMaxTokens(params.max_output_tokens, 'response.max_output_tokens', model) ??
    misfitFormat(output.format, 'response.audio.output.format') ??
    codecFailure(ResponseParams, params, 'response')
  );
};

/** Reads the `response` of a `response.create`. */
export const readResponse = (
  params: Json,
  session: RealtimeSession,
  { id, conversationId, ...context }: ResponseContext,
): E.Either<Failure, ResponseRequest> => {
  const failure = failureOf(params, session);
  if (failure) return E.left(failure);
  const { metadata = null, input } = params;
  const outOfBand = params.conversation === 'none';
  const audio = isObject(params.audio) && isObject(params.audio.output) ? params.audio.output : {};
  const { format, voice } = { ...session.audio.output, ...audio } as OutputAudio;
  const chosen = { ...session, ...params } as RealtimeSession;
  const read = Array.isArray(input) ? readItems(input, { ...context, param: 'response.input' }) : E.right(context.conversation);
  return E.map((entries: Conversation): ResponseRequest => {
    const response: ResponseObject = {
      object: 'realtime.response',
      id,
      status: 'in_progress',
      status_details: null,
      output: [],
      conversation_id: outOfBand ? null : conversationId,
      output_modalities: chosen.output_modalities,
      max_output_tokens: chosen.max_output_tokens,
      audio: { output: { format, voice } },
      usage: null,
      metadata: metadata as ResponseObject['metadata'],
    };
    const { instructions, tools, tool_choice: toolChoice } = chosen;
    const oneCall = (params.parallel_tool_calls ?? session.parallel_tool_calls) === false;
    return { response, outOfBand, instructions, tools, toolChoice, oneCall, input: entries };
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

const lastOfUser = (input: Conversation): Entry | undefined =>
  input.findLast(({ item }) => item.type === 'message' && item.role === 'user');

/** What the user said last, once that is known: synchronously, where it was written or told with the item. */
export const heardIn = ({ input }: ResponseRequest): Observable<string | undefined> => {
  const last = lastOfUser(input);
  return last?.hearing
    ? last.hearing.pipe(map((heard) => ('words' in heard ? heard.words : undefined)))
    : of(last && textOf(last));
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

/**
 * What the model is asked, as the user's functions see it.
 *
 * @param text What the user said last.
 */
export const turnOf = (
  { input, tools, toolChoice, instructions }: ResponseRequest,
  index: number,
  text: string | undefined,
): Turn => ({ index, text, toolResults: toolResultsOf(input), tools, toolChoice, instructions });
