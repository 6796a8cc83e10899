import { type Attributes, type Context, type Span, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import type { CallFacts } from './call-facts.js';
import { attribute, type Conventions } from './names.js';
import type { Operation, OperationObserver, Outcome } from './operation.js';
import { quietly } from './quietly.js';

export interface OperationSpansConfig {
  readonly tracer: Tracer;
  readonly conventions: Conventions;
  /** Of every span. */
  readonly attributes: Attributes;
  /** What spans of turns are part of, if anything. */
  readonly context: Context;
  facts(): CallFacts;
}

/** Writes operations as spans: turns, in them responses and tools. Each turn has a link to the one before, for a call has no span of its own. */
export const operationSpans = ({ tracer, conventions, attributes, context, facts }: OperationSpansConfig): OperationObserver => {
  const spans = new Map<Operation, Span>();
  let before: Span | undefined;

  const place = ({ turn }: Operation): Context => {
    const parent = turn ? spans.get(turn) : undefined;
    return parent ? trace.setSpan(context, parent) : context;
  };
  const begin = (operation: Operation): Span => {
    const { kind, startedAt } = operation;
    const named = { ...attributes, ...factAttributes(facts()), ...ownAttributes(operation, conventions) };
    const options = {
      startTime: startedAt,
      kind: kind === 'response' ? SpanKind.CLIENT : SpanKind.INTERNAL,
      attributes: named,
      ...(kind === 'turn' && before ? { links: [{ context: before.spanContext() }] } : {}),
    };
    return tracer.startSpan(nameOf(operation, named), options, place(operation));
  };

  return {
    started: (operation) =>
      quietly(() => {
        const span = begin(operation);
        spans.set(operation, span);
        if (operation.kind === 'turn') before = span;
      }),
    ended(operation, outcome) {
      const span = spans.get(operation);
      if (!span) return;
      // What is part of a turn may outlive it, and has its span by then.
      spans.delete(operation);
      quietly(() => span.setAttributes(outcomeAttributes(operation, outcome)));
      if (outcome.error !== undefined) quietly(() => span.setStatus({ code: SpanStatusCode.ERROR }));
      quietly(() => span.end(outcome.at));
    },
  };
};

const nameOf = ({ kind, name }: Operation, attributes: Attributes): string => {
  const about = kind === 'turn' ? attributes[attribute.agent] : kind === 'tool' ? name : attributes[attribute.model];
  return `${attributes[attribute.operation]}${about === undefined ? '' : ` ${about}`}`;
};

const factAttributes = ({ model, conversationId, lane }: CallFacts): Attributes =>
  known({ [attribute.model]: model, [attribute.conversation]: conversationId, [attribute.lane]: lane });

const ownAttributes = ({ kind, id, name }: Operation, { generate }: Conventions): Attributes => {
  if (kind === 'turn') return { [attribute.operation]: 'invoke_agent' };
  if (kind === 'response') return { [attribute.operation]: generate, [attribute.responseId]: id };
  return known({
    [attribute.operation]: 'execute_tool',
    [attribute.toolName]: name,
    [attribute.toolCallId]: id,
    [attribute.toolType]: 'function',
  });
};

const outcomeAttributes = ({ kind, startedAt }: Operation, outcome: Outcome): Attributes => {
  const { error, isInterrupted, status, usage, firstChunkAt, hasAudio } = outcome;
  return known({
    [attribute.error]: error,
    [attribute.interrupted]: isInterrupted,
    [attribute.outputType]: kind === 'tool' ? undefined : hasAudio ? 'speech' : 'text',
    [attribute.finishReasons]: status === undefined ? undefined : [status],
    [attribute.firstChunk]: firstChunkAt === undefined ? undefined : (firstChunkAt - startedAt) / 1000,
    [attribute.inputTokens]: usage?.input_tokens,
    [attribute.outputTokens]: usage?.output_tokens,
    [attribute.cachedTokens]: usage?.input_token_details?.cached_tokens,
    [attribute.audioInputTokens]: usage?.input_token_details?.audio_tokens,
    [attribute.audioOutputTokens]: usage?.output_token_details?.audio_tokens,
  });
};

/** Without what is not known. */
const known = (attributes: Readonly<Record<string, Attributes[string] | null>>): Attributes =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined && value !== null)) as Attributes;
