import { map, type OperatorFunction } from 'rxjs';
import { parseServerEvent } from '../src/providers/parse-server-event.js';
import type { ParsedEvent } from '../src/providers/provider.js';

/**
 * Reads text messages of a provider: each becomes an event, in order and at once.
 *
 * A message that is not an event never errors the stream: it becomes `diagnostic.unknown_event`, or
 * `diagnostic.malformed_event` with the places that do not fit and none of their values. Completes and errors with its source.
 *
 * @returns One event for each message; beta names become GA names.
 */
export function decodeServerEvents(): OperatorFunction<string, ParsedEvent> {
  return map((text) => parseServerEvent(text));
}
