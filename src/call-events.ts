import type { Millis } from './audio.js';
import { ConfigError } from './errors.js';
import type { VoiceEvent } from './events.js';

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

/** As the recorder wrote it: nobody can say more of it than that it has a type. */
const isEvent = (value: unknown): value is VoiceEvent => isRecord(value) && typeof value.type === 'string';

/** An event comes right after its message. */
const rememberedMessages = 1024;

/** Messages of the service, which become events when a later line refers to them, and once. */
const createMessages = () => {
  const messages = new Map<string, VoiceEvent>();
  return {
    keep(message: VoiceEvent): void {
      if (!('event_id' in message)) return;
      messages.set(message.event_id, message);
      if (messages.size > rememberedMessages) messages.delete(messages.keys().next().value ?? '');
    },
    take(id: string): VoiceEvent | undefined {
      const message = messages.get(id);
      messages.delete(id);
      return message;
    },
  };
};

const entryOn = (line: string, number: number): Readonly<Record<string, unknown>> & { readonly at: Millis } => {
  const entry = parse(line);
  if (isRecord(entry) && typeof entry.at === 'number') return { ...entry, at: entry.at };
  const message = `line ${number} is not of a recorded call: {"at":…,"event":{…}} or {"at":…,"dir":…,"ev":{…}}`;
  throw new ConfigError(message, { code: 'invalid_config' });
};

/**
 * Reads a recorded call (`events.jsonl`) line by line: the events of each, those of the service and our own; what was sent is none. Empty lines are
 * passed over, and so is a last one that is cut off, as a process leaves it that is killed.
 *
 * @returns A function to be called with each line in turn; it throws ConfigError when the line, or the one before, is of something else.
 */
export const createCallReader = (): ((line: string) => readonly CallEvent[]) => {
  const messages = createMessages();
  let number = 0;
  let broken: unknown;

  const read = (line: string): readonly CallEvent[] => {
    const { at, dir, ev, event, of: id, type } = entryOn(line, number);
    if (dir === 's2c' && isEvent(ev)) messages.keep(ev);
    // Services that speak the beta's names say it with another type.
    const message = typeof id === 'string' ? messages.take(id) : undefined;
    const happened = message ? { ...message, type } : event;
    return isEvent(happened) ? [{ at, event: happened }] : [];
  };

  return (line) => {
    if (broken !== undefined) throw broken;
    number++;
    try {
      return line.trim() === '' ? [] : read(line);
    } catch (error) {
      if (number === 1) throw error;
      // It may be the last.
      broken = error;
      return [];
    }
  };
};
