import * as t from 'io-ts';
import { audioBufferEvents } from './audio-buffer-event.js';
import { conversationEvents } from './conversation-event.js';
import { mcpEvents } from './mcp-event.js';
import { responseEvents } from './response-event.js';
import { sessionEvents } from './session-event.js';
import { translationEvents } from './translation-event.js';

/** The codec of every server event. */
export const serverEvents = [
  ...sessionEvents,
  ...conversationEvents,
  ...audioBufferEvents,
  ...responseEvents,
  ...mcpEvents,
  ...translationEvents,
] as const;

/** Everything that a service can say, under the names of OpenAI's GA protocol. */
export type ServerEvent = t.TypeOf<(typeof serverEvents)[number]>;
/** Its codec. */
export const ServerEvent: t.Type<ServerEvent> = t.union([...serverEvents], 'ServerEvent');

/** The server events of one or more types. */
export type ServerEventOf<Type extends ServerEvent['type']> = Extract<ServerEvent, { readonly type: Type }>;
