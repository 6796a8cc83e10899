import * as E from 'fp-ts/lib/Either.js';
import type { Millis } from './audio.js';
import { ConfigError } from './errors.js';
import type { VoiceEvent } from './events.js';
import { decodeServerEvent } from './wire/decode.js';

/** An event of a recorded call. */
export interface CallEvent {
  /** When it happened, from the beginning of the call. */
  readonly at: Millis;
  readonly event: VoiceEvent;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Our own, as the recorder wrote it: nobody can say more of it than that it has a type. */
const isEvent = (value: unknown): value is VoiceEvent => isRecord(value) && typeof value.type === 'string';

const eventsOf = (entry: Readonly<Record<string, unknown>>): readonly VoiceEvent[] => {
  if (isEvent(entry.event)) return [entry.event];
  if (entry.dir !== 's2c') return [];
  // What the service says and we do not know was an event of its own, `diagnostic.unknown_event`, on a line of its own.
  const event = decodeServerEvent(JSON.stringify(entry.ev));
  return E.isRight(event) ? [event.right] : [];
};

const read = (line: string, number: number): readonly CallEvent[] => {
  const entry = parse(line);
  if (!isRecord(entry) || typeof entry.at !== 'number') {
    const message = `line ${number} is not of a recorded call: {"at":…,"event":{…}} or {"at":…,"dir":…,"ev":{…}}`;
    throw new ConfigError(message, { code: 'invalid_config' });
  }
  const { at } = entry;
  return eventsOf(entry).map((event) => ({ at, event }));
};

/**
 * Reads a recorded call (`events.jsonl`) line by line: the events of each, those of the service and our own; what was sent is none. Empty lines are
 * passed over, and so is a last one that is cut off, as a process leaves it that is killed.
 *
 * @returns A function to be called with each line in turn; it throws ConfigError when the line, or the one before, is of something else.
 */
export const createCallReader = (): ((line: string) => readonly CallEvent[]) => {
  let number = 0;
  let broken: unknown;

  return (line) => {
    if (broken !== undefined) throw broken;
    number++;
    try {
      return line.trim() === '' ? [] : read(line, number);
    } catch (error) {
      if (number === 1) throw error;
      // It may be the last.
      broken = error;
      return [];
    }
  };
};
