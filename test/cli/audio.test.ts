import { execFileSync } from 'node:child_process';
import { mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type AudioOptions, audio } from '../../src/cli/audio.js';
import { exitCodeOf, explain } from '../../src/cli/failure.js';
import { testAudio } from '../../src/dsp/test-audio.js';
import { wavHeader } from '../../src/dsp/wav.js';
import { rxvox } from './run.js';

let folder = '';
const at = (name: string): string => join(folder, name);
const sound = testAudio({ pattern: 'mixed', durationMs: 3100, sampleRate: 16_000 });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rxvox-audio-'));
  // Quiet, so that gain control has something to do.
  const samples = sound.samples.map((sample) => sample / 2);
  await writeFile(at('in.wav'), Buffer.concat([wavHeader(16_000, samples.length), new Uint8Array(samples.buffer)]));
  await writeFile(at('empty.wav'), wavHeader(16_000, 0));
});
afterAll(() => rm(folder, { recursive: true }));

describe('rxvox audio of a long file', { timeout: 60_000 }, () => {
  it('never holds it whole', async () => {
    const length = 900 * 48_000;
    const file = await open(at('long.wav'), 'w');
    await file.write(wavHeader(48_000, length));
    await file.truncate(44 + 2 * length);
    await file.close();
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().arrayBuffers);
    }, 5);
    vi.spyOn(console, 'log').mockReturnValue();
    await audio(at('long.wav'), { enhance: ['gain'], mode: 'balanced', vad: 'energy', sensitivity: 0.5, json: true });
    clearInterval(watch);
    vi.restoreAllMocks();
    expect(most).toBeLessThan(length);
  });
});

describe.concurrent('rxvox audio', { timeout: 60_000 }, () => {
  it('enhances a file, writes as much sound as there was, draws it, and shows before and after', async () => {
    const files = ['-o', at('out.wav'), '--plot', at('out.svg')];
    const { code, stdout, stderr } = await rxvox([
      'audio',
      at('in.wav'),
      '--enhance',
      'noise,gain',
      '--mode',
      'quality',
      '--vad',
      'silero',
      ...files,
    ]);
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toBe(`${at('in.wav')}: 3.10 s at 16000 Hz; noise, gain in mode quality; speech by silero`);
    expect(lines[2]).toMatch(/^ +before +after$/);
    expect(stdout).toMatch(/^signal to noise +[\d.]+ dB +[\d.]+ dB$/m);
    expect(stdout).toMatch(/^quality +\d\.\d\d +\d\.\d\d$/m);
    expect(stdout).toMatch(/^segments +\d\.\d\d to \d\.\d\d s +\d\.\d\d to \d\.\d\d s$/m);
    expect(lines.slice(-2)).toEqual([`The sound is in ${at('out.wav')}`, `The picture is in ${at('out.svg')}`]);
    const [before, after] = [await readFile(at('in.wav')), await readFile(at('out.wav'))];
    expect(after.length).toBe(before.length);
    expect(after.subarray(0, 44)).toEqual(before.subarray(0, 44));
    expect(after.subarray(44)).not.toEqual(before.subarray(44));
    const svg = await readFile(at('out.svg'), 'utf8');
    expect(svg).toMatch(/^<svg [\s\S]*before[\s\S]*after[\s\S]*<\/svg>\n$/);
  });

  it('prints a report as JSON, and only what it heard when nothing is to be done', async () => {
    const { code, stdout } = await rxvox(['audio', at('in.wav'), '--json']);
    expect(code).toBe(0);
    const report = JSON.parse(stdout) as Record<string, unknown>;
    expect(report).toMatchObject({ durationMs: 3100, sampleRate: 16_000, stages: [], before: { segments: expect.any(Array) } });
    expect(report).not.toHaveProperty('after');
  });

  it('does all of it with `all`, and hears by the sensitivity', async () => {
    const run = async (sensitivity: string) =>
      JSON.parse((await rxvox(['audio', at('in.wav'), '--enhance', 'all', '--sensitivity', sensitivity, '--json'])).stdout) as {
        readonly stages: readonly string[];
        readonly before: { readonly speechRatio: number };
        readonly after: { readonly level: number };
      };
    const [deaf, keen] = await Promise.all([run('0'), run('0.6')]);
    expect(keen.stages).toEqual(['noise', 'clarity', 'gain']);
    expect(deaf.before.speechRatio).toBeLessThan(keen.before.speechRatio);
    expect(deaf.after.level).toBe(keen.after.level);
  });

  it('writes to a pipe, too, a file that does not say how long it is', async () => {
    execFileSync('mkfifo', [at('pipe')]);
    const [{ code }, bytes] = await Promise.all([rxvox(['audio', at('in.wav'), '-o', at('pipe')]), readFile(at('pipe'))]);
    expect(code).toBe(0);
    expect(bytes.subarray(0, 44)).toEqual(Buffer.from(wavHeader(16_000, Number.POSITIVE_INFINITY)));
    expect(bytes.subarray(44)).toEqual((await readFile(at('in.wav'))).subarray(44));
  });

  it('refuses a stage that there is not, and a file that is not there, in one line', async () => {
    const stage = rxvox(['audio', at('in.wav'), '--enhance', 'noise,magic']);
    const file = rxvox(['audio', at('none.wav')]);
    expect(await stage).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^error: [^\n]*gain, clarity, all[^\n]*\n$/),
    });
    expect(await file).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^rxvox: cannot read [^\n]*none\.wav[^\n]*\n$/),
    });
  });

  it.each<readonly [string, string, Partial<AudioOptions>, RegExp]>([
    ['a file without audio', 'empty.wav', {}, /empty\.wav holds no audio$/],
    ['a mode that has no time', 'in.wav', { enhance: ['noise'], mode: 'latency' }, /^mode latency has no time/],
    ['a model for nothing', 'in.wav', { noiseModel: 'speex' }, /^--noise-model .* add --enhance noise$/],
    ['the file as output', 'in.wav', { output: 'in.wav' }, /must be different files/],
    ['one file for sound and picture', 'in.wav', { output: 'new', plot: './new' }, /must be different files/],
    ['an output that cannot be', 'in.wav', { output: 'nowhere/out.wav' }, /^cannot write .*out\.wav: there is no such/],
  ])('takes %s for a mistake in the command', async (_, file, { output, plot, ...options }, message) => {
    const places = { ...(output && { output: at(output) }), ...(plot && { plot: at(plot) }) };
    const run = audio(at(file), { enhance: [], mode: 'balanced', vad: 'energy', sensitivity: 0.5, ...places, ...options });
    const error: unknown = await run.catch((reason: unknown) => reason);
    expect(explain(error)).toMatch(message);
    expect(exitCodeOf(error)).toBe(2);
    expect(await readdir(folder)).not.toContain('new');
  });
});
