import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What a run of the command said, and how it ended. */
export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Runs `rxvox` from its sources, without standard input and without the user's key. */
export const rxvox = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Run> =>
  new Promise((resolve) => {
    const { OPENAI_API_KEY: _, ...rest } = process.env;
    const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/rxvox.ts', ...args], {
      cwd: root,
      env: { ...rest, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const text = { stdout: '', stderr: '' };
    child.stdout.on('data', (data: Buffer) => {
      text.stdout += data;
    });
    child.stderr.on('data', (data: Buffer) => {
      text.stderr += data;
    });
    child.on('close', (code) => resolve({ code, ...text }));
  });
