import { readFile } from 'node:fs/promises';
import * as t from 'io-ts';
import * as E from '../either.js';
import { ConfigError } from '../errors.js';
import type { Script } from './answer.js';

const ToolRequest = t.intersection([t.type({ name: t.string }), t.partial({ arguments: t.union([t.string, t.UnknownRecord]) })]);

const ScriptedTurn = t.exact(
  t.partial({
    text: t.string,
    transcript: t.string,
    toolCall: t.union([ToolRequest, t.array(ToolRequest)]),
    finishedAfterMs: t.number,
    delayMs: t.number,
  }),
);

/** What each field of a turn must be. */
const fields: Readonly<Record<string, string>> = {
  text: 'a text',
  transcript: 'a text',
  toolCall: '{"name": …}, or a list of these',
  finishedAfterMs: 'a number',
  delayMs: 'a number',
};

const invalid = (message: string, cause?: unknown): ConfigError =>
  new ConfigError(`script: ${message}`, { code: 'invalid_config', ...(cause === undefined ? {} : { cause }) });

const parse = (text: string, name: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid(`${name} is not JSON`);
  }
};

/** What is wrong with a turn. */
const misfit = (turn: unknown): string | undefined => {
  if (typeof turn === 'string') return undefined;
  if (!t.UnknownRecord.is(turn)) return ' must be a text or an object';
  const strange = Object.keys(turn).find((field) => !Object.hasOwn(fields, field));
  if (strange !== undefined) return `: ${strange}: unknown; there are ${Object.keys(fields).join(', ')}`;
  const decoded = ScriptedTurn.decode(turn);
  if (E.isRight(decoded)) return undefined;
  const field = decoded.left[0]?.context[1]?.key ?? '';
  return `: ${field} must be ${fields[field] ?? 'of another type'}`;
};

/**
 * Reads a script from JSON: a list of turns, each a text or an object as in the code.
 *
 * @throws ConfigError when it is something else; names the field, quotes no values.
 */
export const parseScript = (text: string, name: string): Script => {
  const turns = parse(text, name);
  if (!Array.isArray(turns))
    throw invalid(`${name} is not a list of turns, such as ["Hello.", {"transcript": "Bye.", "text": "Goodbye."}]`);
  for (const [index, turn] of turns.entries()) {
    const reason = misfit(turn);
    if (reason !== undefined) throw invalid(`turn ${index} of ${name}${reason}`);
  }
  return turns as Script;
};

/** Reads a script from a file; rejects with ConfigError where there is none. */
export const readScript = async (path: string): Promise<Script> => {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw invalid(`cannot read ${path}`, cause);
  });
  return parseScript(text, path);
};
