import type { Millis } from '../audio.js';
import { obfuscationFor } from './ids.js';
import type { Pace, Step } from './pace.js';
import type { CallItem, Item, MessageItem, Outgoing } from './shapes.js';
import type { Piece } from './speech/pieces.js';

/** An item that a response is going to say. */
export type Output =
  | { readonly type: 'text'; readonly id: string; readonly phase?: MessageItem['phase']; readonly text: string }
  | {
      readonly type: 'audio';
      readonly id: string;
      readonly phase?: MessageItem['phase'];
      readonly text: string;
      readonly pieces: readonly Piece[];
    }
  | { readonly type: 'call'; readonly id: string; readonly callId: string; readonly name: string; readonly arguments: string };

/** An event of a response and, for audio, how much it carries. */
export interface Said {
  readonly event: Outgoing;
  readonly audioMs?: Millis;
}

/** From the first transcript delta to the first audio, recorded. */
const firstAudioMs: Millis = 120;
const msPerToken: Millis = 8;
/** Words that come ahead of the audio, recorded; the others come among the first two thirds of it. */
const wordsAhead = 4;
/** 3 s of speech came within 0.25 s. */
const speedup = 12;

/** Cuts a text as the model does: a word with the space before it, punctuation by itself. */
export const tokensOf = (text: string): readonly string[] => text.match(/\s*(?:[\p{L}\p{N}'’-]+|[^\s\p{L}\p{N}])|\s+$/gu) ?? [];

const audioMsOf = (pieces: readonly Piece[]): Millis => pieces.reduce((sum, { ms }) => sum + ms, 0);

interface Place {
  readonly response_id: string;
  readonly output_index: number;
}

const itemOf = (output: Output, status: 'in_progress' | 'completed'): Item => {
  const { id } = output;
  const done = status === 'completed';
  if (output.type === 'call') {
    const call: CallItem = {
      id,
      type: 'function_call',
      status,
      name: output.name,
      call_id: output.callId,
      arguments: done ? output.arguments : '',
    };
    return call;
  }
  const part =
    output.type === 'audio' ? { type: 'output_audio', transcript: output.text } : { type: 'output_text', text: output.text };
  const phase = output.phase ? { phase: output.phase } : {};
  return { id, type: 'message', status, role: 'assistant', ...phase, content: done ? [part] : [] };
};

const say = (event: Outgoing): Said => ({ event });

function* opening(output: Output, place: Place): Generator<Said> {
  const item = itemOf(output, 'in_progress');
  yield say({ type: 'response.output_item.added', ...place, item });
  // The session knows what stands before it by the time this is sent.
  yield say({ type: 'conversation.item.added', previous_item_id: null, item });
  if (output.type === 'call') return;
  const at = { response_id: place.response_id, item_id: output.id, output_index: place.output_index, content_index: 0 };
  const part = output.type === 'audio' ? ({ type: 'audio', transcript: '' } as const) : ({ type: 'text', text: '' } as const);
  yield say({ type: 'response.content_part.added', ...at, part });
}

function* deltas(output: Output, { response_id, output_index }: Place, pace: Pace): Generator<Step<Said>> {
  const at = { response_id, item_id: output.id, output_index };
  const tokens = tokensOf(output.type === 'call' ? output.arguments : output.text);
  if (output.type !== 'audio') {
    for (const [index, delta] of tokens.entries()) {
      const atMs = index * msPerToken;
      const padding = { delta, obfuscation: obfuscationFor(delta) };
      if (output.type === 'text') {
        yield { atMs, event: say({ type: 'response.output_text.delta', ...at, content_index: 0, ...padding }) };
      } else {
        const { callId: call_id } = output;
        yield { atMs, event: say({ type: 'response.function_call_arguments.delta', ...at, call_id, ...padding }) };
      }
    }
    return;
  }
  const { pieces } = output;
  const part = { ...at, content_index: 0 };
  const rate = pace === 'realtime' ? 1 : speedup;
  const spread = (2 / 3) * (audioMsOf(pieces) / rate / Math.max(1, tokens.length - wordsAhead));
  const tokenAt = (index: number) => (index < wordsAhead ? index * msPerToken : firstAudioMs + (index - wordsAhead) * spread);
  let audioAt = firstAudioMs;
  let token = 0;
  const words = function* (until: Millis): Generator<Step<Said>> {
    for (; token < tokens.length && tokenAt(token) <= until; token++) {
      const delta = tokens[token] ?? '';
      const obfuscation = obfuscationFor(delta);
      yield { atMs: tokenAt(token), event: say({ type: 'response.output_audio_transcript.delta', ...part, delta, obfuscation }) };
    }
  };
  for (const { delta, ms } of pieces) {
    // Words first where both are due, and what is left of them after the last audio.
    yield* words(audioAt);
    yield { atMs: audioAt, event: { event: { type: 'response.output_audio.delta', ...part, delta }, audioMs: ms } };
    audioAt += ms / rate;
  }
  yield* words(Number.POSITIVE_INFINITY);
}

function* closing(output: Output, place: Place): Generator<Said> {
  const { response_id, output_index } = place;
  const at = { response_id, item_id: output.id, output_index };
  const item = itemOf(output, 'completed');
  if (output.type === 'call') {
    const { callId: call_id, name } = output;
    yield say({ type: 'response.function_call_arguments.done', ...at, call_id, name, arguments: output.arguments });
  } else {
    const part = { ...at, content_index: 0 };
    const { text } = output;
    if (output.type === 'audio') {
      yield say({ type: 'response.output_audio.done', ...part });
      yield say({ type: 'response.output_audio_transcript.done', ...part, transcript: text });
      yield say({ type: 'response.content_part.done', ...part, part: { type: 'audio', transcript: text } });
    } else {
      yield say({ type: 'response.output_text.done', ...part, text });
      yield say({ type: 'response.content_part.done', ...part, part: { type: 'text', text } });
    }
  }
  yield say({ type: 'conversation.item.done', previous_item_id: null, item });
  yield say({ type: 'response.output_item.done', ...place, item });
}

/**
 * Everything that a response says between `response.created` and `response.done`, in the recorded order, with times.
 *
 * A message that comes with calls stays open until the calls have been written, as recorded with gpt-realtime-2.1.
 */
export function* outputSteps(responseId: string, outputs: readonly Output[], pace: Pace): Generator<Step<Said>> {
  const scale = pace === 'instant' ? 0 : 1;
  let now = 0;
  const open: (readonly [Output, Place])[] = [];
  const close = function* () {
    for (const [output, place] of open.splice(0)) for (const event of closing(output, place)) yield { atMs: now, event };
  };
  for (const [output_index, output] of outputs.entries()) {
    const place: Place = { response_id: responseId, output_index };
    const begin = now;
    for (const event of opening(output, place)) yield { atMs: now, event };
    for (const { atMs, event } of deltas(output, place, pace)) {
      now = begin + atMs * scale;
      yield { atMs: now, event };
    }
    open.push([output, place]);
    if (output.type === 'call' && outputs[output_index + 1]?.type === 'call') yield* close();
  }
  yield* close();
}
