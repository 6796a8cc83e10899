import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { wavHeader } from '../../src/dsp/wav.js';
import { rxvox } from './run.js';

const cwd = fileURLToPath(new URL('../../', import.meta.url));
const question = 'assets/question-tokyo-24k.wav';

describe.concurrent('rxvox mic', { timeout: 60_000 }, () => {
  it.each(['energy', 'silero'])('shows once a second how well a file comes in, and ends with it, by %s', async (detector) => {
    const { code, stdout, stderr } = await rxvox(['mic', '--input', question, '--vad', detector]);
    expect([code, stderr]).toEqual([0, '']);
    const [title, ...lines] = stdout.trimEnd().split('\n');
    expect(title).toBe(`${question}, speech by ${detector}`);
    expect(lines.length).toBeGreaterThanOrEqual(3);
    expect(lines[0]).toMatch(/ noise unknown {2}speech \d+ % {2}quality unknown$/);
    expect(lines[1]).toMatch(
      /▮▯.* peak \d+ % {2}clipped 0 % {2}noise \d+ dB below the voice {2}speech \d+ % {2}quality \d\.\d\d$/,
    );
  });

  it('prints one JSON report a line', async () => {
    const { stdout } = await rxvox(['mic', '--input', question, '--json']);
    const reports = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly type: string; readonly atMs: number });
    const lengthMs = (statSync(question).size - 44) / 48;
    expect(reports.map(({ type, atMs }) => [type, atMs])).toEqual(
      reports.map((_, at) => ['audio.quality', Math.min(lengthMs, (at + 1) * 1000)]),
    );
    expect(reports.at(-1)?.atMs).toBe(lengthMs);
  });

  it.each([
    [300, /^ {4}0\.3 s {2}▮.* peak \d+ %/],
    [0, /^no audio in it$/],
  ])('says of a file of %i ms what it heard', async (ms, line) => {
    const file = join(mkdtempSync(join(tmpdir(), 'rxvox-mic-')), 'short.wav');
    writeFileSync(
      file,
      Buffer.concat([wavHeader(24_000, 24 * ms), readFileSync(question).subarray(44 + 24_000, 44 + 24_000 + 48 * ms)]),
    );
    const { code, stdout } = await rxvox(['mic', '--input', file]);
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n').slice(1)).toEqual([expect.stringMatching(line)]);
  });

  it('ends at once on SIGINT, and leaves nothing behind', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/rxvox.ts', 'mic', '--input', question], {
      cwd,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const closed = new Promise((resolve) => child.on('close', (code) => resolve(code)));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill('SIGINT');
    expect(await closed).toBe(130);
  });

  it('says in one line what is wrong', async () => {
    const missing = await rxvox(['mic', '--input', 'none.wav']);
    expect(missing.code).toBe(2);
    expect(missing.stderr).toMatch(/^rxvox: .*none\.wav[^\n]*\n$/);
    const detector = await rxvox(['mic', '--vad', 'telepathy']);
    expect(detector.code).toBe(2);
    expect(detector.stderr.trim().split('\n').length).toBe(1);
  });
});
