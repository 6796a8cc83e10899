import type { OperatorFunction } from 'rxjs';
import type { AudioFrame, Millis } from '../src/audio.js';
import { clock } from '../src/clock.js';
import type { VoiceEvent } from '../src/events.js';
import { createResponseParts, type ResponseParts } from '../src/response-parts.js';
import { outputFormatOf, type WireFormat } from '../src/state/audio-format.js';
import { transform } from '../src/transform.js';
import type { Item } from '../src/wire/item.js';
import type { ServerEventOf } from '../src/wire/server-event.js';
import type { Usage } from '../src/wire/usage.js';

/** A function that the model has asked for. */
export interface ToolCall {
  readonly callId: string;
  readonly name: string;
  /** JSON text, as the model wrote it. */
  readonly arguments: string;
  readonly itemId: string;
}

/** A response, whole. */
export interface ResponseSummary {
  readonly responseId: string;
  /** `completed`, `cancelled`, `incomplete`, `failed`; `in_progress` when the stream ended before it. */
  readonly status: string;
  /** Its items in order, as the provider last told them. */
  readonly items: readonly Item[];
  /** What it wrote; parts are joined by a space. */
  readonly text: string;
  /** What it said, likewise. */
  readonly transcript: string;
  /** Its audio in the order of its items, where asked for; position 0. */
  readonly audio?: AudioFrame;
  /** Its complete function calls. */
  readonly toolCalls: readonly ToolCall[];
  readonly usage: Usage | undefined;
  /** From `response.created` to the first audio that was received; undefined without audio. */
  readonly firstAudioMs: Millis | undefined;
}

/** Settings of `aggregateResponses`. */
export interface AggregateResponsesConfig {
  /**
   * Whether to collect audio, decoded in the session's output format.
   * @default false
   */
  readonly audio?: boolean;
  /**
   * How many responses may be under way at a time, 1 or more; with one more the oldest is emitted as it stands.
   * @default 16
   */
  readonly maxOpen?: number;
}

interface Open {
  readonly parts: ResponseParts;
  readonly createdAt: Millis;
  firstAudioMs: Millis | undefined;
  done: ServerEventOf<'response.done'> | undefined;
}

/**
 * The responses as wholes, in the order in which they were created, however their pieces are interleaved.
 *
 * Emits when a response is done and all that were created before it are, too. When the source completes emits what is
 * left as it stands; when it errors nothing. Holds the text (and audio) of at most `maxOpen` responses. What comes of a
 * response of which `response.created` was not seen, or that was emitted already, is passed over.
 *
 * @throws RangeError on call, when `maxOpen` is below 1.
 */
export function aggregateResponses({
  audio = false,
  maxOpen = 16,
}: AggregateResponsesConfig = {}): OperatorFunction<VoiceEvent, ResponseSummary> {
  if (!(maxOpen >= 1)) throw new RangeError(`aggregateResponses: maxOpen must be 1 or more, got ${maxOpen}`);

  return transform(() => {
    /** In order of creation. */
    const open = new Map<string, Open>();
    let format = outputFormatOf(undefined);

    const release = (isDue: (response: Open) => boolean, emit: (summary: ResponseSummary) => void): void => {
      for (const [id, response] of open) {
        if (!isDue(response)) return;
        open.delete(id);
        emit(summaryOf(id, response, audio, format));
      }
    };
    return {
      next(event, emit) {
        switch (event.type) {
          case 'session.created':
          case 'session.updated':
            format = outputFormatOf(event.session);
            break;
          case 'response.created': {
            const { id } = event.response;
            if (id == null || open.has(id)) break;
            open.set(id, { parts: createResponseParts(), createdAt: clock.now(), firstAudioMs: undefined, done: undefined });
            if (open.size > maxOpen) {
              const [oldest] = open.values();
              release((response) => response === oldest || response.done !== undefined, emit);
            }
            break;
          }
          case 'response.done': {
            const response = open.get(event.response.id ?? event.response_id ?? '');
            if (!response) break;
            response.done = event;
            release(({ done }) => done !== undefined, emit);
            break;
          }
          case 'response.output_audio.delta': {
            const response = open.get(event.response_id);
            if (!response) break;
            response.firstAudioMs ??= clock.now() - response.createdAt;
            if (audio) response.parts.sound(event, format.encoding);
            break;
          }
          case 'response.output_item.added':
          case 'response.output_item.done':
            open.get(event.response_id)?.parts.item(event);
            break;
          case 'response.output_text.delta':
          case 'response.output_text.done':
          case 'response.output_audio_transcript.delta':
          case 'response.output_audio_transcript.done':
            open.get(event.response_id)?.parts.words(event);
            break;
          default:
        }
      },
      flush: (emit) => release(() => true, emit),
    };
  });
}

const summaryOf = (
  responseId: string,
  { parts, firstAudioMs, done }: Open,
  withAudio: boolean,
  { sampleRate }: WireFormat,
): ResponseSummary => {
  const items = done?.response.output?.length ? done.response.output : parts.items();
  return {
    responseId,
    status: done?.response.status ?? (done ? 'completed' : 'in_progress'),
    items,
    text: parts.text(),
    transcript: parts.transcript(),
    ...(withAudio ? { audio: { samples: parts.audio(), sampleRate, position: 0 } } : {}),
    toolCalls: items.flatMap(callOf),
    usage: done?.usage ?? done?.response.usage ?? undefined,
    firstAudioMs,
  };
};

const callOf = (item: Item): readonly ToolCall[] =>
  item.type === 'function_call' && item.status !== 'incomplete'
    ? [{ callId: item.call_id ?? '', name: item.name, arguments: item.arguments, itemId: item.id ?? '' }]
    : [];
