import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../simulator/connect.js';
import { rxvox } from './run.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const ask = { type: 'response.create', response: { output_modalities: ['text'] } };

describe('rxvox simulate', { timeout: 60_000 }, () => {
  let folder: string;
  let child: ChildProcess | undefined;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rxvox-simulate-'));
  });
  afterEach(() => {
    child?.kill('SIGKILL');
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** Starts the command; resolves to what it says, once it has said all of it. */
  const start = async (...args: readonly string[]): Promise<{ url: string; said: string }> => {
    child = spawn(
      process.execPath,
      ['--import', 'tsx', 'src/cli/rxvox.ts', 'simulate', '--port', '0', '--voice', 'built-in', ...args],
      {
        cwd: root,
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    let said = '';
    for await (const data of child.stdout as AsyncIterable<Buffer>) {
      said += data.toString();
      if (/try: .*\n/.test(said) && (!args.includes('--fault') || said.includes('--seed'))) break;
    }
    return { url: `${/ws:\S+/.exec(said)?.[0]}?model=gpt-realtime`, said };
  };

  it('says where it listens, answers by the script, and ends with SIGINT', async () => {
    const script = join(folder, 'script.json');
    await writeFile(script, JSON.stringify(['One.', { toolCall: { name: 'roll' }, transcript: 'Go.' }]));
    const { url, said } = await start('--script', script, '--pace', 'instant');
    expect(said).toMatch(/^simulator \(built-in voice\) on ws:/);
    expect(said).not.toContain('faults');
    await using client = connect(url);
    client.send(ask);
    expect(await client.next('response.output_text.done')).toMatchObject({ text: 'One.' });
    const ended = new Promise((resolve) => child?.on('exit', resolve));
    child?.kill('SIGINT');
    expect(await ended).toBe(0);
  });

  it('lets the faults happen that it was told, and says how to have them again', async () => {
    const { url, said } = await start('--fault', 'http,status=503,connection=1', '--fault', 'close,code=4321,on=session.created');
    expect(said).toMatch(/faults: http, close; again with --seed \d+\n$/);
    await using refused = connect(url);
    expect((await refused.closed).code).toBe(1006);
    await using closed = connect(url);
    expect((await closed.closed).code).toBe(4321);
  });

  it('plays a recording', async () => {
    const replay = join(folder, 'session.jsonl');
    await writeFile(replay, '{"dir":"s2c","ev":{"type":"session.created","event_id":"event_from_tape"}}\n');
    const { url, said } = await start('--replay', replay);
    expect(said).toMatch(/^replay of /);
    await using client = connect(url);
    expect(await client.next('session.created')).toMatchObject({ event_id: 'event_from_tape' });
  });

  it('ends sessions that last too long', async () => {
    const { url } = await start('--session-seconds', '0');
    await using client = connect(url);
    expect((await client.closed).code).toBe(1001);
  });

  const wrong: readonly [string, readonly string[], RegExp][] = [
    ['a fault that there is not', ['--fault', 'explode'], /there is no fault 'explode'; there are refuse, /],
    ['a fault that cannot be', ['--fault', 'close,code=1006'], /close: code must be /],
    ['a port that is empty', ['--port', ''], /a port is 0 to 65535/],
    ['a host that is empty', ['--host', ''], /an address, such as 127\.0\.0\.1/],
    ['a seed that is no number', ['--seed', 'x'], /a whole number/],
    ['a script that is not there', ['--script', '/nowhere.json'], /^rxvox: script: cannot read \/nowhere\.json$/m],
    ['a recording that is not there', ['--replay', '/nowhere.jsonl'], /^rxvox: replay: cannot read \/nowhere\.jsonl$/m],
  ];
  it.each(wrong)('says in one line what is wrong with %s, and exits with 2', async (_, args, message) => {
    const { code, stderr } = await rxvox(['simulate', '--port', '0', ...args]);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n').length).toBe(1);
    expect(code).toBe(2);
  });
});
