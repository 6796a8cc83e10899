import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { map, mergeMap, Observable, take, throwError, timeout } from 'rxjs';
import { AudioError } from '../errors.js';

/** A program of the system and its arguments. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
}

/** How a program ended. */
export interface Ended {
  readonly code: number | null;
  /** The last line that it wrote to stderr under its own name, else the last of all, else its status. */
  readonly reason: string;
}

/** A running program. */
export interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  /** Emits when it has ended, and completes. */
  readonly ended$: Observable<Ended>;
}

const TEXT_MS = 5000;

/** aplay and arecord list their settings behind what is wrong with them. */
const lastWords = (command: string, stderr: string): string => {
  const lines = stderr
    .trim()
    .split('\n')
    .map((line) => line.trim());
  const own = lines.findLast((line) => line.startsWith(`${command}: `));
  return own?.slice(command.length + 2).replace(/:$/, '') ?? lines.at(-1) ?? '';
};

/** Ends a process at once. One that could not be started has no number, and Node's `kill` would hit our own process group, or anybody. */
export const endAtOnce = (child: ChildProcess): void => {
  if (child.pid !== undefined) child.kill('SIGKILL');
};

/**
 * Runs a program: subscribing starts it and emits it once, unsubscribing ends it at once.
 *
 * Errors with `AudioError` `backend_missing` when it is not installed.
 */
export const runProgram = ({ command, args }: Program): Observable<Running> =>
  new Observable((subscriber) => {
    // A group of its own: Ctrl-C is for the application to act on. When that dies, the broken pipe ends the program.
    const child = spawn(command, args, { stdio: 'pipe', detached: true, env: { ...process.env, LC_ALL: 'C' } });
    let stderr = '';
    child.stderr.on('data', (text: Buffer) => {
      stderr = (stderr + text.toString('utf8')).slice(-2000);
    });
    child.stdin.on('error', () => undefined);
    child.on('error', () => subscriber.error(new AudioError(`no program ${command}`, { code: 'backend_missing' })));
    const ended$ = new Observable<Ended>((observer) => {
      child.once('close', (code, signal) => {
        observer.next({ code, reason: lastWords(command, stderr) || (signal ?? `exit ${code}`) });
        observer.complete();
      });
    });
    subscriber.next({ child, ended$ });
    return () => endAtOnce(child);
  });

/** What a program prints. Errors with `backend_missing` when it is not installed, fails, or takes longer than 5 s. */
export const textOf = (program: Program): Observable<string> => {
  const failed = (reason: string): AudioError =>
    new AudioError(`${program.command} failed: ${reason}`, { code: 'backend_missing' });
  return runProgram(program).pipe(
    mergeMap(({ child, ended$ }) => {
      const parts: Buffer[] = [];
      child.stdout.on('data', (part: Buffer) => parts.push(part));
      return ended$.pipe(
        map(({ code, reason }) => {
          if (code !== 0) throw failed(reason);
          return Buffer.concat(parts).toString('utf8');
        }),
      );
    }),
    take(1),
    timeout({ first: TEXT_MS, with: () => throwError(() => failed('no answer in 5 s')) }),
  );
};
