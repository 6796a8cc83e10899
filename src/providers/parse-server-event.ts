import * as E from '../either.js';
import type { MalformedEvent, UnknownEvent } from '../events.js';
import { type DecodeFailed, decodeServerEvent } from '../wire/decode.js';
import type { ParsedEvent } from './provider.js';

/** What the application is told of a message that is not an event. */
export const toDiagnostic = ({ kind, eventType, paths }: DecodeFailed): UnknownEvent | MalformedEvent =>
  kind === 'unknown' ? { type: 'diagnostic.unknown_event', eventType } : { type: 'diagnostic.malformed_event', eventType, paths };

/** Reads one text message: the event, or why it was passed over. Never throws. */
export const parseServerEvent = (text: string): ParsedEvent => {
  const event = decodeServerEvent(text);
  return E.isRight(event) ? event.right : toDiagnostic(event.left);
};
