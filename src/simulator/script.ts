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

const known = new Set(['text', 'transcript', 'toolCall', 'finishedAfterMs', 'delayMs']);

const invalid = (message: string, cause?: unknown): ConfigError =>
  new ConfigError(`script: ${message}`, { code: 'invalid_config', ...(cause === undefined ? {} : { cause }) });

const parse = (text: string, name: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid(`${name} is not JSON`);
  }
};

/** The field of a turn that is not as it must be. */
const misfit = (turn: unknown): string | undefined => {
  if (typeof turn === 'string') return undefined;
  const strange = t.UnknownRecord.is(turn) ? Object.keys(turn).find((field) => !known.has(field)) : undefined;
  if (strange !== undefined) return strange;
  const decoded = ScriptedTurn.decode(turn);
  return E.isRight(decoded) ? undefined : (decoded.left[0]?.context[1]?.key ?? 'the turn');
};

/**
 * Reads a script from JSON: a list of turns, each a text or an object as in the code.
 *
 * @throws ConfigError when it is something else; names the field, quotes no values.
 */
export const parseScript = (text: string, name: string): Script => {
  const turns = parse(text, name);
  if (!Array.isArray(turns)) throw invalid(`${name} is not a list of turns`);
  for (const [index, turn] of turns.entries()) {
    const field = misfit(turn);
    if (field !== undefined) throw invalid(`turn ${index} of ${name}: ${field} is not as it must be`);
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
