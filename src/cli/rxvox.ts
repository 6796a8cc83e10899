#!/usr/bin/env node
import { CommanderError } from 'commander';
import { exitCodeOf, explain } from './failure.js';
import { program } from './program.js';

// A reader that has seen enough (`rxvox talk | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

try {
  await program().parseAsync();
} catch (error) {
  // Commander has printed its own line.
  if (!(error instanceof CommanderError)) console.error(`rxvox: ${explain(error)}`);
  process.exitCode = exitCodeOf(error);
}
