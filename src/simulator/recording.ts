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

/**
 * Reads a recorded session: JSON lines, `{"dir":"c2s" or "s2c","ev":{…}}` each; empty lines are passed over.
 *
 * @throws ConfigError when a line is something else, or when nothing was recorded.
 */
export const parseRecording = (text: string, name: string): Recording => {
  const messages = text.split('\n').flatMap((line, index): RecordedMessage[] => {
    if (line.trim() === '') return [];
    const entry = parse(line);
    if (!isObject(entry) || (entry.dir !== 'c2s' && entry.dir !== 's2c') || !isObject(entry.ev))
      throw invalid(`line ${index + 1} of ${name} is not {"dir":"c2s"|"s2c","ev":{…}}`);
    return [{ dir: entry.dir, event: entry.ev, line: index + 1 }];
  });
  if (messages.length === 0) throw invalid(`${name} is empty`);
  return messages;
};

/** Reads a recorded session from a file; rejects with ConfigError where there is none. */
export const readRecording = async (path: string): Promise<Recording> => {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw invalid(`cannot read ${path}`, cause);
  });
  return parseRecording(text, path);
};
