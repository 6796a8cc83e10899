import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { lastValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { pause, questionPath, speak } from './virtual-audio.js';

const cwd = fileURLToPath(new URL('../../', import.meta.url));

describe('rxvox mic on a real device', () => {
  it('hears speech at the microphone, and ends well on SIGINT', async () => {
    const mic = spawn(process.execPath, ['--import', 'tsx', 'src/cli/rxvox.ts', 'mic', '--json'], {
      cwd,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const reports: { readonly level: number; readonly speechRatio: number }[] = [];
    createInterface(mic.stdout).on('line', (line) => reports.push(JSON.parse(line)));
    await expect.poll(() => reports.length, { timeout: 20_000 }).toBeGreaterThan(0);
    await lastValueFrom(speak(questionPath), { defaultValue: undefined });
    await pause(1200);
    mic.kill('SIGINT');
    expect(await new Promise((resolve) => mic.on('close', resolve))).toBe(0);
    expect(Math.max(...reports.map(({ level }) => level))).toBeGreaterThan(0.01);
    expect(reports.at(-1)?.speechRatio).toBeGreaterThan(0);
  });
});
