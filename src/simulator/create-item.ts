import { durationOf } from '../audio.js';
import * as E from '../either.js';
import type { AudioCodec } from './audio-format.js';
import { isObject } from './client-request.js';
import type { Conversation, Entry } from './conversation.js';
import { type Failure, missing, refuse, tooLong, unsupportedValue, wrongType } from './failure.js';
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

/** Where an item goes. */
export interface ItemContext {
  /** What stands before it: outputs answer calls that are there. */
  readonly conversation: Conversation;
  /** The format of its audio. */
  readonly codec: AudioCodec;
  readonly newId: NewId;
  /** What errors call it, for example `item`. */
  readonly param: string;
}

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
    if (!isImage(part.image_url)) return E.left(refuse('invalid_value', invalidImage(path), `${path}.image_url`));
    return E.right({ content: [{ type, ...(typeof detail === 'string' ? { detail } : {}) }], audioMs: 0, images: 1 });
  }
  const said = typeof transcript === 'string' ? transcript : null;
  if (type === 'output_audio') return E.right({ content: [{ type, transcript: said ?? '' }], audioMs: 0, images: 0 });
  const samples = typeof audio === 'string' ? codec.decode(audio) : undefined;
  if (!samples) return E.left(audio === undefined ? missing(`${path}.audio`) : refuse('invalid_value', invalidAudio(path), path));
  const audioMs = durationOf(samples.length, codec.sampleRate);
  return E.right({ content: [{ type: 'input_audio', transcript: said }], audioMs, images: 0 });
};

/** PNG or JPEG, within the text itself: the service fetches nothing. */
const isImage = (url: string): boolean => /^data:image\/(png|jpe?g);base64,[A-Za-z0-9+/=_-]+$/.test(url);

const invalidImage = (path: string): string =>
  `Invalid '${path}.image_url'. Expected a data URL of a PNG or JPEG, such as 'data:image/png;base64,...'.`;

/** The service's words for audio that is none. */
export const invalidAudio = (path: string): string =>
  `Invalid '${path}'. Expected base64-encoded audio bytes (mono PCM16 at 24kHz) but got an invalid value.`;

const message = (item: Json, id: string, { codec, param }: ItemContext): E.Either<Failure, Entry> => {
  const { role } = item;
  if (role === undefined) return E.left(missing(`${param}.role`));
  if (role !== 'user' && role !== 'assistant' && role !== 'system')
    return E.left(unsupportedValue(`${param}.role`, role, Object.keys(contents)));
  if (item.content === undefined) return E.left(missing(`${param}.content`));
  if (!Array.isArray(item.content)) return E.left(wrongType(`${param}.content`, 'an array of objects'));
  const parts = E.traverse((part: unknown, index) => partOf(part, contents[role] ?? [], `${param}.content[${index}]`, codec))(
    item.content,
  );
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

const call = (item: Json, id: string, { newId, param }: ItemContext): E.Either<Failure, Entry> => {
  if (typeof item.name !== 'string') return E.left(missing(`${param}.name`));
  if (typeof item.arguments !== 'string') return E.left(missing(`${param}.arguments`));
  const call_id = typeof item.call_id === 'string' ? item.call_id : newId('call');
  return E.right({
    item: { id, type: 'function_call', status: 'completed', name: item.name, call_id, arguments: item.arguments },
    audioMs: 0,
  });
};

const callOutput = (item: Json, id: string, { conversation, param }: ItemContext): E.Either<Failure, Entry> => {
  const { call_id, output } = item;
  if (typeof call_id !== 'string') return E.left(missing(`${param}.call_id`));
  if (typeof output !== 'string')
    return E.left(output === undefined ? missing(`${param}.output`) : wrongType(`${param}.output`, 'a string'));
  if (!conversation.some((entry) => entry.item.type === 'function_call' && entry.item.call_id === call_id))
    return E.left(refuse('invalid_tool_call_id', `Tool call ID '${call_id}' not found in conversation.`));
  return E.right({ item: { id, type: 'function_call_output', call_id, output }, audioMs: 0 });
};

/**
 * The entry that an item of the client makes: the client's id as it is or one of the service's, completed, without its
 * audio and images.
 */
export const createEntry = (item: Json, context: ItemContext): E.Either<Failure, Entry> => {
  const { type } = item;
  const { param, newId } = context;
  if (type === undefined) return E.left(missing(`${param}.type`));
  if (!kinds.includes(String(type))) return E.left(unsupportedValue(`${param}.type`, type, kinds));
  if (typeof item.id === 'string' && item.id.length > longestId) return E.left(tooLong(`${param}.id`, longestId, item.id.length));
  const id = typeof item.id === 'string' && item.id !== '' ? item.id : newId('item');
  if (type === 'message') return message(item, id, context);
  if (type === 'function_call') return call(item, id, context);
  if (type === 'function_call_output') return callOutput(item, id, context);
  return E.left(refuse('invalid_value', 'The simulator has no MCP approvals.', `${param}.type`));
};
