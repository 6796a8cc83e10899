import { map, type OperatorFunction } from 'rxjs';
import type { ClientEvent } from '../src/wire/client-event.js';
import { encodeClientEvent } from '../src/wire/encode.js';

/**
 * Writes client events as text messages: one for each, in order and at once. Completes and errors with its source.
 *
 * @returns What to send over the socket.
 */
export function encodeClientEvents(): OperatorFunction<ClientEvent, string> {
  return map((event) => encodeClientEvent(event));
}
