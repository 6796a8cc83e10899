import { readFile } from 'node:fs/promises';
import { ConfigError } from '../errors.js';
import { isObject } from './client-request.js';

/** One message of a recorded session. */
export interface RecordedMessage {
  /** Client to server, or server to client. */
  readonly dir: 'c2s' | 's2c';
  readonly event: Readonly<Record<string, unknown>>;
  /** Number of its line in the file, from 1. */
  readonly line: number;
  /** Number of the connection that it went over, from 1, where the recording says. */
  readonly connection?: number;
}

/** A recorded session, in true order. */
export type Recording = readonly RecordedMessage[];

const invalid = (message: string, cause?: unknown): ConfigError =>
  new ConfigError(`replay: ${message}`, { code: 'invalid_config', ...(cause === undefined ? {} : { cause }) });

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** What recordings of whole calls hold beside the wire. */
const isBeside = (entry: unknown): boolean =>
  isObject(entry) && (isObject(entry.event) || isObject(entry.recording) || typeof entry.of === 'string');

const messageOf = (entry: unknown, line: number): RecordedMessage | undefined => {
  if (!isObject(entry) || (entry.dir !== 'c2s' && entry.dir !== 's2c') || !isObject(entry.ev)) return undefined;
  const { dir, ev: event, connection } = entry;
  return { dir, event, line, ...(typeof connection === 'number' ? { connection } : {}) };
};

/**
 * Reads a recorded session: JSON lines, `{"dir":"c2s" or "s2c","ev":{…}}` each. Empty lines are passed over, and so are those of a recorded call that
 * are not of the wire, and a last line without an end, as a process leaves it that is killed.
 *
 * @throws ConfigError when a line is something else, or when nothing was recorded.
 */
export const parseRecording = (text: string, name: string): Recording => {
  const lines = text.split('\n');
  const messages = lines.flatMap((line, index): RecordedMessage[] => {
    if (line.trim() === '') return [];
    const entry = parse(line);
    const message = messageOf(entry, index + 1);
    if (message) return [message];
    const isCut = entry === undefined && index > 0 && index === lines.length - 1;
    if (isCut || isBeside(entry)) return [];
    throw invalid(`line ${index + 1} of ${name} is not {"dir":"c2s"|"s2c","ev":{…}}`);
  });
  if (messages.length === 0) throw invalid(`${name} is empty`);
  return messages;
};

/** What went over one connection: that of this number, or the last where there were fewer. All, where the recording does not tell them apart. */
export const ofConnection = (recording: Recording, number: number): Recording => {
  const numbers = [...new Set(recording.map(({ connection }) => connection))];
  const wanted = numbers[Math.min(number, numbers.length) - 1];
  return recording.filter(({ connection }) => connection === wanted);
};

/** Reads a recorded session from a file; rejects with ConfigError where there is none. */
export const readRecording = async (path: string): Promise<Recording> => {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw invalid(`cannot read ${path}`, cause);
  });
  return parseRecording(text, path);
};
