import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { signal } from '../../marbles/index.js';
import { wavHeader } from '../../src/dsp/wav.js';
import { type Simulator, startSimulator } from '../../src/simulator/index.js';

const sampleRate = 24_000;
const root = fileURLToPath(new URL('../../', import.meta.url));
const long = Array(10).fill('and so on').join(' ');
let folder: string;
let service: Simulator;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rxvox-'));
  service = await startSimulator({ voice: 'built-in', respond: () => ({ text: long }) });
  // 0.6 s of speech, then 30 s in which nothing is said
  const samples = new Int16Array(30 * sampleRate);
  samples.set(signal('s', { position: 0, length: 0.6 * sampleRate, sampleRate }));
  await writeFile(join(folder, 'in.wav'), Buffer.concat([wavHeader(sampleRate, samples.length), Buffer.from(samples.buffer)]));
});
afterAll(async () => {
  await service.close();
  await rm(folder, { recursive: true });
});

/** Runs `rxvox talk` with the long file. */
const talk = ({ expect: expectHere, onTestFinished }: TestContext, output: string, ...more: readonly string[]) => {
  const files = ['--input', join(folder, 'in.wav'), '--output', join(folder, output)];
  const child: ChildProcess = spawn(
    process.execPath,
    ['--import', 'tsx', 'src/cli/rxvox.ts', 'talk', '--url', service.url, ...files, ...more],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  if (child.stdout) createInterface(child.stdout).on('line', (line) => lines.push(line));
  let stderr = '';
  child.stderr?.on('data', (text: Buffer) => {
    stderr += text;
  });
  return {
    child,
    lines,
    stderr: () => stderr,
    seen: (what: string) => expectHere.poll(() => lines.some((line) => line.includes(what)), { timeout: 20_000 }).toBe(true),
    code: new Promise<number | null>((resolve) => child.on('close', resolve)),
  };
};
/** Samples that the header of a WAV file tells of, and those that are there. */
const lengths = async (name: string): Promise<readonly number[]> => {
  const wav = await readFile(join(folder, name));
  return [wav.readUInt32LE(40) / 2, (wav.length - 44) / 2];
};

describe.concurrent('rxvox talk that is told to end', { timeout: 60_000 }, () => {
  it.for([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('finishes what is open on %s, and tells with %i that the file was cut short', async ([name, expected], context) => {
    const { child, lines, seen, code, stderr } = talk(context, `${name}.wav`, '--json');
    await seen('"playout.started"');
    child.kill(name);
    expect(await code).toBe(expected);
    expect(stderr()).toBe('');
    const types = lines.map((line) => (JSON.parse(line) as { readonly type: string }).type);
    expect(types.slice(-3)).toEqual(expect.arrayContaining(['connection.closed', 'summary']));
    expect(types).toContain('playout.item_done');
    const { samplesPlayed } = JSON.parse(lines.at(-1) ?? '') as { readonly samplesPlayed: number };
    expect(await lengths(`${name}.wav`)).toEqual([samplesPlayed, samplesPlayed]);
    expect(samplesPlayed).toBeGreaterThan(5 * sampleRate);
  });

  it.for([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    'ends at once on a second signal, with %s as %i, and leaves a whole WAV file',
    async ([name, expected], context) => {
      const { child, lines, seen, code } = talk(context, `second-${name}.wav`);
      await seen('sounding');
      child.kill('SIGINT');
      await seen('finishing what is open; once more ends at once');
      const at = performance.now();
      child.kill(name);
      expect(await code).toBe(expected);
      expect(performance.now() - at).toBeLessThan(2000);
      expect(lines.join('\n')).toMatch(/played +\d+ samples/);
      const [told, there] = await lengths(`second-${name}.wav`);
      expect(told).toBe(there);
      expect(told).toBeGreaterThan(0);
      expect(told).toBeLessThan(5 * sampleRate);
    },
  );
});
