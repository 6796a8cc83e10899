import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Observable, Subject } from 'rxjs';
import { AudioError } from '../errors.js';
import type { HostCommand, HostReply } from './host-messages.js';
import { endAtOnce } from './program.js';

/** A program to fork, and what to give to Node with it. */
export interface HostProgram {
  readonly file: string;
  readonly execArgv: readonly string[];
}

/** The process that holds a device, from outside. */
export interface Host {
  /** What it says from now on; errors with `AudioError` when it reports a failure or ends. */
  readonly reply$: Observable<HostReply>;
  send(command: HostCommand): void;
}

/** Beside this file in the sources; where this file was bundled, in dist or in dist/node. */
const PLACES = [
  'naudiodon-host.ts',
  'naudiodon-host.js',
  'node/naudiodon-host.js',
  'naudiodon-host.cjs',
  'node/naudiodon-host.cjs',
];
const CLOSE_MS = 2000;

/** The program as it was built, or as it is in the sources, where tsx must read it. Undefined when it was not packed. */
export const findHostProgram = (): HostProgram | undefined => {
  const here = typeof __filename === 'string' ? __filename : fileURLToPath(import.meta.url);
  const file = PLACES.map((place) => join(dirname(here), place)).find((path) => existsSync(path));
  if (file === undefined) return undefined;
  const execArgv = file.endsWith('.ts') ? ['--import', pathToFileURL(createRequire(here).resolve('tsx')).href] : [];
  return { file, execArgv };
};

const failure = (reply: Extract<HostReply, { readonly type: 'failed' }>): AudioError =>
  new AudioError(reply.message, { code: reply.code, retryable: reply.code === 'device_lost' });

const ended = (isOpen: boolean, how: string): AudioError =>
  new AudioError(`the process that holds the sound device ended (${how})`, {
    code: isOpen ? 'device_lost' : 'open_failed',
    retryable: isOpen,
  });

/** Asks the process to close the device, and ends it when that takes longer than 2 s, as it does for an unplugged one. */
const close = (child: ChildProcess, isOpen: boolean): void => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  if (!isOpen || !child.connected) {
    endAtOnce(child);
    return;
  }
  const timer = setTimeout(() => endAtOnce(child), CLOSE_MS);
  child.once('exit', () => clearTimeout(timer));
  child.send({ type: 'close' } satisfies HostCommand, () => undefined);
};

/** Forks the process: subscribing starts it and emits it once, unsubscribing lets it close its device and end. */
export const startHost = ({ file, execArgv }: HostProgram): Observable<Host> =>
  new Observable((subscriber) => {
    const reply$ = new Subject<HostReply>();
    let isOpen = false;
    const child = fork(file, [], {
      execArgv: [...execArgv],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      // naudiodon leaves a crash.log where it stands.
      cwd: tmpdir(),
    });
    const fail = (error: AudioError): void => {
      reply$.error(error);
      subscriber.error(error);
    };
    child.on('message', (reply: HostReply) => {
      if (reply.type === 'failed') return fail(failure(reply));
      if (reply.type === 'opened') isOpen = true;
      reply$.next(reply);
    });
    child.on('error', (error) => fail(ended(false, error.message)));
    child.on('exit', (code, signal) => fail(ended(isOpen, signal ?? `exit ${code}`)));
    subscriber.next({ reply$, send: (command) => child.connected && child.send(command, () => undefined) });
    return () => {
      reply$.complete();
      close(child, isOpen);
    };
  });
