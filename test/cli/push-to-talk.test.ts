import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signal } from '../../marbles/index.js';
import { wavHeader } from '../../src/dsp/wav.js';
import { type Simulator, startSimulator } from '../../src/simulator/index.js';

const rate = 24_000;
let folder: string;
let service: Simulator;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rxvox-'));
  service = await startSimulator({ voice: 'built-in', respond: () => ({ text: 'Yes.' }) });
  const samples = signal('n', { position: 0, length: 3 * rate, sampleRate: rate });
  await writeFile(
    join(folder, 'noise.wav'),
    Buffer.concat([Buffer.from(wavHeader(rate, samples.length)), Buffer.from(samples.buffer)]),
  );
});
afterAll(async () => {
  await service.close();
  await rm(folder, { recursive: true });
});

interface Line {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** Runs the command on three seconds of noise and presses the key when `when` says so. */
const talk = async (pressAt: (line: Line, press: () => void) => void): Promise<readonly Line[]> => {
  const args = ['talk', '--push-to-talk', '--json', '--url', service.url];
  const files = ['--input', join(folder, 'noise.wav'), '--output', join(folder, `${Math.random()}.wav`)];
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/rxvox.ts', ...args, ...files], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines: Line[] = [];
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = JSON.parse(text) as Line;
    lines.push(line);
    pressAt(line, () => child.stdin.write('\n'));
  });
  expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0);
  return lines;
};

describe.concurrent('rxvox talk --push-to-talk', { timeout: 60_000 }, () => {
  it('commits what was said between two lines of standard input', async () => {
    const lines = await talk((line, press) => {
      if (line.type === 'session.updated') press();
      if (line.type === 'speech.started') setTimeout(press, 500);
    });
    const stopped = lines.filter(({ type }) => type === 'speech.stopped');
    expect(stopped.length).toBe(1);
    expect(stopped[0]?.sentMs).toBeGreaterThan(300);
    expect(stopped[0]?.sentMs).toBeLessThan(2900);
    expect(lines.at(-1)).toMatchObject({ type: 'summary', turns: 1, transcript: 'Yes.' });
    expect(lines.at(-1)?.samplesSent).toBe(Number(stopped[0]?.sentMs) * 24);
  });

  it('hears nothing without a key', async () => {
    const lines = await talk(() => {});
    expect(lines.at(-1)).toMatchObject({ type: 'summary', turns: 0, framesSent: 0 });
  });
});
