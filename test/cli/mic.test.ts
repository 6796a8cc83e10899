import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { rxvox } from './run.js';

const cwd = fileURLToPath(new URL('../../', import.meta.url));
const question = 'assets/question-tokyo-24k.wav';

describe.concurrent('rxvox mic', { timeout: 60_000 }, () => {
  it.each(['energy', 'silero'])('shows once a second how well a file comes in, and ends with it, by %s', async (detector) => {
    const { code, stdout, stderr } = await rxvox(['mic', '--input', question, '--vad', detector]);
    expect([code, stderr]).toEqual([0, '']);
    const [title, ...lines] = stdout.trimEnd().split('\n');
    expect(title).toBe(`${question}, speech by ${detector}`);
    expect(lines.length).toBeGreaterThanOrEqual(2);
    expect(lines[0]).toMatch(/ noise unknown {2}speech \d+ % {2}quality unknown$/);
    expect(lines.at(-1)).toMatch(
      /▮▯.* peak \d+ % {2}clipped 0 % {2}noise \d+ dB below the voice {2}speech \d+ % {2}quality \d\.\d\d$/,
    );
  });

  it('prints one JSON report a line', async () => {
    const { stdout } = await rxvox(['mic', '--input', question, '--json']);
    const reports = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly type: string; readonly atMs: number });
    expect(reports.map(({ type, atMs }) => [type, atMs])).toEqual(reports.map((_, at) => ['audio.quality', (at + 1) * 1000]));
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
