import * as E from 'fp-ts/lib/Either.js';
import { durationOf } from '../audio.js';
import type { AudioCodec } from './audio-format.js';
import { isObject } from './client-request.js';
import type { Conversation, Entry } from './conversation.js';
import { type Failure, missing, refuse, unsupportedValue, wrongType } from './failure.js';
import type { NewId } from './ids.js';
import type { Content } from './shapes.js';

type Json = Readonly<Record<string, unknown>>;

const kinds = ['message', 'function_call', 'function_call_output', 'mcp_approval_response'];

/** What each role may say. The service takes no audio of the assistant back. */
const contents: Readonly<Record<string, readonly string[]>> = {
  user: ['input_text', 'input_audio', 'input_image'],
  assistant: ['output_text', 'output_audio'],
  system: ['input_text'],
};

const longestId = 32;

interface Parts {
  readonly content: readonly Content[];
  readonly audioMs: number;
  readonly images: number;
}

const partOf = (part: unknown, types: readonly string[], path: string, codec: AudioCodec): E.Either<Failure, Parts> => {
  if (!isObject(part)) return E.left(wrongType(path, 'an object'));
  const { type, text, audio, transcript, detail } = part;
  if (type === undefined) return E.left(missing(`${path}.type`));
  if (!types.includes(String(type))) return E.left(unsupportedValue(`${path}.type`, type, types));
  if (type === 'input_text' || type === 'output_text') {
    if (typeof text !== 'string')
      return E.left(text === undefined ? missing(`${path}.text`) : wrongType(`${path}.text`, 'a string'));
    return E.right({ content: [{ type, text }], audioMs: 0, images: 0 });
  }
  if (type === 'input_image') {
    if (typeof part.image_url !== 'string') return E.left(missing(`${path}.image_url`));
    return E.right({ content: [{ type, ...(typeof detail === 'string' ? { detail } : {}) }], audioMs: 0, images: 1 });
  }
  const said = typeof transcript === 'string' ? transcript : null;
  if (type === 'output_audio') return E.right({ content: [{ type, transcript: said ?? '' }], audioMs: 0, images: 0 });
  const samples = typeof audio === 'string' ? codec.decode(audio) : undefined;
  if (!samples) return E.left(audio === undefined ? missing(`${path}.audio`) : refuse('invalid_value', invalidAudio(path), path));
  const audioMs = durationOf(samples.length, codec.sampleRate);
  return E.right({ content: [{ type: 'input_audio', transcript: said }], audioMs, images: 0 });
};

/** The service's words for audio that is none. */
export const invalidAudio = (path: string): string =>
  `Invalid '${path}'. Expected base64-encoded audio bytes (mono PCM16 at 24kHz) but got an invalid value.`;

const message = (item: Json, id: string, codec: AudioCodec): E.Either<Failure, Entry> => {
  const { role } = item;
  if (role === undefined) return E.left(missing('item.role'));
  if (role !== 'user' && role !== 'assistant' && role !== 'system')
    return E.left(unsupportedValue('item.role', role, Object.keys(contents)));
  if (item.content === undefined) return E.left(missing('item.content'));
  if (!Array.isArray(item.content)) return E.left(wrongType('item.content', 'an array of objects'));
  const parts = E.traverseArrayWithIndex((index, part: unknown) =>
    partOf(part, contents[role] ?? [], `item.content[${index}]`, codec),
  )(item.content);
  return E.map((all: readonly Parts[]): Entry => {
    const heard = all.flatMap(({ content }) => content.map(({ text, transcript }) => text ?? transcript ?? '')).join(' ');
    return {
      item: { id, type: 'message', status: 'completed', role, content: all.flatMap(({ content }) => content) },
      audioMs: all.reduce((sum, { audioMs }) => sum + audioMs, 0),
      images: all.reduce((sum, { images }) => sum + images, 0),
      ...(heard === '' ? {} : { heard }),
    };
  })(parts);
};

const call = (item: Json, id: string, newId: NewId): E.Either<Failure, Entry> => {
  if (typeof item.name !== 'string') return E.left(missing('item.name'));
  if (typeof item.arguments !== 'string') return E.left(missing('item.arguments'));
  const call_id = typeof item.call_id === 'string' ? item.call_id : newId('call');
  return E.right({
    item: { id, type: 'function_call', status: 'completed', name: item.name, call_id, arguments: item.arguments },
    audioMs: 0,
  });
};

const callOutput = (item: Json, id: string, conversation: Conversation): E.Either<Failure, Entry> => {
  const { call_id, output } = item;
  if (typeof call_id !== 'string') return E.left(missing('item.call_id'));
  if (typeof output !== 'string')
    return E.left(output === undefined ? missing('item.output') : wrongType('item.output', 'a string'));
  if (!conversation.some((entry) => entry.item.type === 'function_call' && entry.item.call_id === call_id))
    return E.left(refuse('invalid_tool_call_id', `Tool call ID '${call_id}' not found in conversation.`));
  return E.right({ item: { id, type: 'function_call_output', call_id, output }, audioMs: 0 });
};

/**
 * The entry that a `conversation.item.create` makes: the client's id as it is or one of the service's, completed, without
 * its audio and images.
 */
export const createEntry = (
  item: Json,
  conversation: Conversation,
  codec: AudioCodec,
  newId: NewId,
): E.Either<Failure, Entry> => {
  const { type } = item;
  if (type === undefined) return E.left(missing('item.type'));
  if (!kinds.includes(String(type))) return E.left(unsupportedValue('item.type', type, kinds));
  if (typeof item.id === 'string' && item.id.length > longestId)
    return E.left(
      refuse(
        'string_above_max_length',
        `Invalid 'item.id': string too long. Expected a string with maximum length ${longestId}, but got a string with length ${item.id.length} instead.`,
        'item.id',
      ),
    );
  const id = typeof item.id === 'string' && item.id !== '' ? item.id : newId('item');
  if (type === 'message') return message(item, id, codec);
  if (type === 'function_call') return call(item, id, newId);
  if (type === 'function_call_output') return callOutput(item, id, conversation);
  return E.left(refuse('invalid_value', 'The simulator has no MCP approvals.', 'item.type'));
};
