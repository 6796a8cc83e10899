import type { Millis } from '../audio.js';
import type { Said } from './output.js';
import type { Item, MessageItem, Outgoing, ResponseObject, StatusDetails } from './shapes.js';
import { outputTokens, type Tokens, usageOf } from './usage.js';

/** One item of a response, as far as it was sent. */
export interface Sent {
  readonly item: Item;
  readonly audioMs: Millis;
  /** Text or transcript sent so far. */
  readonly text: string;
  readonly part: 'audio' | 'text' | undefined;
  readonly done: boolean;
}

/** A response that is being sent: a fold over its own events. */
export interface Running {
  readonly response: ResponseObject;
  readonly sent: readonly Sent[];
  /** What it read when it began. */
  readonly input: Tokens;
  /** What the response before it read and wrote. */
  readonly known: number;
  readonly model: string;
}

const change = (running: Running, index: number, with_: (sent: Sent) => Sent): Running => ({
  ...running,
  sent: running.sent.map((sent, at) => (at === index ? with_(sent) : sent)),
});

/** Takes notice of an event that was sent. */
export const noted = (running: Running, { event, audioMs = 0 }: Said): Running => {
  switch (event.type) {
    case 'response.output_item.added':
      return {
        ...running,
        sent: [...running.sent, { item: event.item, audioMs: 0, text: '', part: undefined, done: false }],
      };
    case 'response.content_part.added':
      return change(running, event.output_index, (sent) => ({ ...sent, part: event.part.type }));
    case 'response.output_audio.delta':
      return change(running, event.output_index, (sent) => ({ ...sent, audioMs: sent.audioMs + audioMs }));
    case 'response.output_audio_transcript.delta':
    case 'response.output_text.delta':
    case 'response.function_call_arguments.delta':
      return change(running, event.output_index, (sent) => ({ ...sent, text: sent.text + event.delta }));
    case 'response.output_item.done':
      return change(running, event.output_index, (sent) => ({ ...sent, item: event.item, done: true }));
    default:
      return running;
  }
};

/** Whether a response has written more than `max_output_tokens`. */
export const tokensOver = ({ response: { max_output_tokens: most }, sent }: Running): boolean =>
  most !== 'inf' && outputTokens(sent.map((each) => ({ item: written(each), audioMs: each.audioMs }))) > most;

/** An item with what was sent of it. */
const written = (sent: Sent): Item => (sent.done ? sent.item : incomplete(sent));

/** An item as a cancelled response leaves it: with what was sent of it. */
const incomplete = ({ item, text, part }: Sent): Item => {
  if (item.type === 'function_call') return { ...item, status: 'incomplete', arguments: text };
  if (item.type !== 'message') return item;
  const content: MessageItem['content'] =
    part === undefined ? [] : [part === 'audio' ? { type: 'output_audio', transcript: text } : { type: 'output_text', text }];
  return { ...item, status: 'incomplete', content };
};

/** The events that end the items which are still open, in the order of the recorded interruptions. */
export const interrupted = (running: Running): readonly Outgoing[] =>
  running.sent.flatMap((sent, output_index): Outgoing[] => {
    if (sent.done) return [];
    const { text, part } = sent;
    const item = incomplete(sent);
    const place = { response_id: running.response.id, output_index };
    const at = { ...place, item_id: item.id, content_index: 0 };
    const parts: Outgoing[] =
      part === 'audio'
        ? [
            { type: 'response.output_audio.done', ...at },
            { type: 'response.output_audio_transcript.done', ...at, transcript: text },
            { type: 'response.content_part.done', ...at, part: { type: 'audio', transcript: text } },
          ]
        : part === 'text'
          ? [
              { type: 'response.output_text.done', ...at, text },
              { type: 'response.content_part.done', ...at, part: { type: 'text', text } },
            ]
          : [];
    return [...parts, { type: 'response.output_item.done', ...place, item }];
  });

/** How a response ended. */
export interface Ending {
  readonly status: Exclude<ResponseObject['status'], 'in_progress'>;
  readonly details: StatusDetails | null;
}

/** The response as `response.done` tells it; items that were still open count as incomplete. */
export const finished = ({ response, sent, input, known, model }: Running, { status, details }: Ending): ResponseObject => {
  const said = sent.map((each) => ({ item: written(each), audioMs: each.audioMs }));
  const usage = usageOf(model, input, said, known);
  return { ...response, status, status_details: details, output: said.map(({ item }) => item), usage };
};
