import { concat, defer, type Observable } from 'rxjs';
import { bytesFromBase64 } from '../wire/base64.js';
import type { ClientEvent, ItemCreate } from '../wire/client-event.js';
import type { ContentPart, Item } from '../wire/item.js';
import type { SessionPatch } from '../wire/session.js';
import { settled } from './outcome.js';
import type { Frame } from './provider.js';
import type { Outcome, Transport } from './transport.js';

/** What a command comes to: calls of a transport, one after the other; undefined where it has no members for it. */
type Calls = readonly (() => Outcome)[];

/** Commands of one session, for its transport; to be asked about each, in order. */
export interface TransportCommands {
  /** The audio of a command as bytes, any other as text; undefined where the transport cannot do it. */
  frame(command: ClientEvent): Frame | undefined;
  /** Does what a command says. Completes when the transport has; errors as it does. */
  call(command: ClientEvent): Observable<unknown>;
}

export const transportCommands = (transport: Transport): TransportCommands => {
  /** Calls of functions that were told from here: what they have answered is history, too. */
  const toldCalls = new Set<string | undefined>();

  const callsOf = (command: ClientEvent): Calls | undefined => {
    if (command.type !== 'conversation.item.create') return callsFor(transport, command);
    const { item } = command;
    if (item.type === 'function_call') toldCalls.add(item.call_id);
    const isOld = item.type === 'function_call_output' ? toldCalls.has(item.call_id) : isHistory(item);
    return isOld ? transport.remember && [() => transport.remember?.(item)] : newItem(transport, item);
  };
  return {
    frame: (command) =>
      command.type === 'input_audio_buffer.append' ? bytesFromBase64(command.audio) : callsOf(command) && JSON.stringify(command),
    call: (command) => concat(...(callsOf(command) ?? []).map((call) => defer(() => settled(call())))),
  };
};

/** Methods are called on the transport: it may be an object of a class. */
const callsFor = (transport: Transport, command: Exclude<ClientEvent, ItemCreate>): Calls | undefined => {
  switch (command.type) {
    case 'response.create': {
      const { response = {} } = command;
      if (transport.createResponse) return [() => transport.createResponse?.(response)];
      // What a service does by itself it cannot do otherwise.
      return Object.keys(response).length === 0 ? [] : undefined;
    }
    case 'response.cancel':
      return transport.interrupt && [() => transport.interrupt?.()];
    case 'conversation.item.truncate':
      return transport.truncate && [() => transport.truncate?.(command.audio_end_ms)];
    case 'input_audio_buffer.commit':
      return transport.commit && [() => transport.commit?.()];
    case 'input_audio_buffer.clear':
      return transport.clear && [() => transport.clear?.()];
    case 'session.update':
      if (transport.updateSession) return [() => transport.updateSession?.(command.session)];
      return transport.commit && isManualTurns(command.session) ? [] : undefined;
    default:
      return undefined;
  }
};

/**
 * Whether a message was said before. Whatever is told again in a new session has an id; what is said now has none, but for images, which get one to be
 * found again by.
 */
const isHistory = (item: Item): boolean => item.id !== undefined && !(isOfUser(item) && contentOf(item).some(isImage));

const isOfUser = (item: Item): boolean => item.type === 'message' && item.role === 'user';
const isImage = ({ type }: ContentPart): boolean => type === 'input_image';
const contentOf = (item: Item): readonly ContentPart[] => (item.type === 'message' && item.content) || [];

const newItem = (transport: Transport, item: Item): Calls | undefined => {
  if (item.type === 'function_call_output') {
    const { call_id: callId, output } = item;
    return transport.sendToolResult && [() => transport.sendToolResult?.({ callId, output })];
  }
  if (!isOfUser(item)) return transport.remember && [() => transport.remember?.(item)];
  const calls = contentOf(item).map((part) => partCall(transport, part));
  return calls.every((call) => call !== undefined) ? calls : undefined;
};

const partCall = (transport: Transport, { type, text, image_url }: ContentPart): (() => Outcome) | undefined => {
  if (type === 'input_text' && text != null) return () => transport.sendText(text);
  if (type === 'input_image' && image_url) return transport.sendImage && (() => transport.sendImage?.(image_url));
  return undefined;
};

/** Whether it says nothing but that the client ends turns. */
const isManualTurns = ({ type: _, audio, ...others }: SessionPatch): boolean => {
  const { input, ...output } = audio ?? {};
  const { turn_detection, ...rest } = input ?? {};
  return turn_detection === null && [others, output, rest].every((each) => Object.keys(each).length === 0);
};
