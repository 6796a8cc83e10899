import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What a client said, and when it came here. */
export interface Said {
  readonly type: string;
  readonly atMs: number;
  readonly [field: string]: unknown;
}

/** A conversation in a process of its own. */
export interface Client extends AsyncDisposable {
  readonly process: ChildProcess;
  /** Everything so far. */
  readonly said: readonly Said[];
  count(type: string): number;
  tell(line: string): void;
  /** The next that it says of this type. */
  next(type: string): Promise<Said>;
}

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Starts test/network/client.ts, perhaps through another program, and waits until its session is ready. */
export const startClient = async (
  url: string,
  { through = [], env = {} }: { readonly through?: readonly string[]; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Client> => {
  const [file = '', ...args] = [...through, process.execPath, '--import', 'tsx', 'test/network/client.ts', url];
  const child = spawn(file, args, { cwd: root, env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  child.stdin.on('error', () => undefined);
  const said: Said[] = [];
  const waiting = new Map<string, (said: Said) => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const entry: Said = { ...(JSON.parse(line) as { type: string }), atMs: performance.now() };
    said.push(entry);
    waiting.get(entry.type)?.(entry);
    waiting.delete(entry.type);
  });
  const client: Client = {
    process: child,
    said,
    count: (type) => said.filter((entry) => entry.type === type).length,
    tell: (line) => void child.stdin.write(`${line}\n`),
    next: (type) => new Promise((resolve) => waiting.set(type, resolve)),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
  await client.next('connection.established');
  return client;
};
