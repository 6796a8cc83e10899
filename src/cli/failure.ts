import { CommanderError } from 'commander';
import { EngineError, type ErrorCode } from '../errors.js';

/** What the user can put right in the command itself. */
const usage: ReadonlySet<ErrorCode> = new Set(['file', 'bad_wav', 'invalid_config', 'missing_key']);

/** 2 for mistakes in the command, 1 for everything else that went wrong, 0 for help. */
export const exitCodeOf = (error: unknown): number => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  return error instanceof EngineError && usage.has(error.code) ? 2 : 1;
};

/** One line; the stack only with RXVOX_DEBUG. */
export const explain = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return process.env.RXVOX_DEBUG ? (error.stack ?? error.message) : (error.message.split('\n')[0] ?? error.name);
};
