import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signal } from '../../marbles/index.js';
import { wavHeader } from '../../src/dsp/wav.js';
import { type Simulator, startSimulator } from '../../src/simulator/index.js';
import { hasShared, shared } from '../shared.js';
import { rxvox } from './run.js';

const timeout = 60_000;
let folder: string;
let service: Simulator;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rxvox-'));
  service = await startSimulator({ voice: 'built-in', respond: () => ({ text: 'Yes.' }) });
});
afterAll(async () => {
  await service.close();
  await rm(folder, { recursive: true });
});

const inFolder = (name: string): string => join(folder, name);

/** Half a second of quiet, 0.6 s of speech, at any rate and number of channels. */
const speech = (sampleRate: number, channels: 1 | 2 = 1): Buffer => {
  const quiet = new Int16Array(sampleRate / 2);
  const spoken = signal('s', { position: 0, length: 0.6 * sampleRate, sampleRate });
  const mono = Int16Array.of(...quiet, ...spoken);
  const samples =
    channels === 1
      ? mono
      : mono.reduce((all, sample, at) => all.fill(sample, 2 * at, 2 * at + 2), new Int16Array(2 * mono.length));
  const header = Buffer.from(wavHeader(sampleRate, samples.length));
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(sampleRate * channels * 2, 28);
  header.writeUInt16LE(channels * 2, 32);
  return Buffer.concat([header, Buffer.from(samples.buffer)]);
};
const talk = async (name: string, content: Buffer, ...more: readonly string[]) => {
  await writeFile(inFolder(name), content);
  const run = await rxvox([
    'talk',
    '--url',
    service.url,
    '--input',
    inFolder(name),
    '--output',
    inFolder(`answer-${name}`),
    ...more,
  ]);
  const lines = run.stdout.trim().split('\n');
  return { ...run, lines, summary: more.includes('--json') && run.code === 0 ? JSON.parse(lines.at(-1) ?? '') : undefined };
};

describe.concurrent('rxvox talk', { timeout }, () => {
  it('speaks a file, writes the answer to another, and prints the timeline and the figures', async () => {
    const { code, stdout, stderr } = await talk('plain.wav', speech(24_000));
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const order = ['ready', 'speech started', 'speech stopped', 'committed', 'response', 'first audio', 'sounding', 'played'];
    const at = order.map((label) => stdout.search(new RegExp(`s  ${label}`)));
    expect(at).toEqual(at.toSorted((a, b) => a - b));
    expect(at[0]).toBeGreaterThan(0);
    expect(stdout).toContain('assistant       Yes.');
    expect(stdout).toMatch(/end of speech → first audio sample +\d+ ms/);
    expect(stdout).toContain(`The answer is in ${inFolder('answer-plain.wav')}`);
    const answer = await readFile(inFolder('answer-plain.wav'));
    expect(answer.readUInt32LE(24)).toBe(24_000);
    expect(new Int16Array(answer.buffer.slice(answer.byteOffset + 44)).some((sample) => Math.abs(sample) > 1000)).toBe(true);
  });

  it('shows in the timeline how the speaker interrupts the answer, and what was heard of it', async () => {
    await using talkative = await startSimulator({
      voice: 'built-in',
      script: ['It is sunny in Tokyo today, and so it will be tomorrow.', 'Good.'],
    });
    const run = await rxvox([
      'talk',
      '--url',
      talkative.url,
      '--input',
      'assets/interruption-24k.wav',
      '--output',
      inFolder('cut.wav'),
    ]);
    expect(run.code).toBe(0);
    const heard = /interrupted +(\d\.\d\d) s were heard/.exec(run.stdout)?.[1];
    expect(Number(heard)).toBeGreaterThan(0.3);
    expect(run.stdout).toMatch(new RegExp(`truncated +at ${heard} s`));
    expect(run.stdout).toMatch(/interrupted[\s\S]*committed[\s\S]*assistant +Good\.[\s\S]*played/);
  });

  it('prints one JSON event a line, without audio, and a summary last', async () => {
    const { code, lines, summary } = await talk('json.wav', speech(24_000), '--json');
    expect(code).toBe(0);
    const events = lines.map((line) => JSON.parse(line) as { type: string; delta?: string });
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['speech.started', 'response.done', 'playout.item_done']),
    );
    expect(events.filter(({ type, delta }) => type === 'response.output_audio.delta' && delta !== undefined)).toEqual([]);
    expect(summary).toMatchObject({ type: 'summary', turns: 1, transcript: 'Yes.' });
    expect(summary.samplesSent).toBe(summary.framesSent * 480);
    // 0.6 s of speech, 300 ms before and 480 ms after it
    expect(summary.samplesSent / 24).toBeGreaterThan(1200);
    expect(summary.samplesSent / 24).toBeLessThan(1600);
    expect(summary.firstAudioMs).toBeGreaterThan(500);
    expect(summary.samplesPlayed).toBeGreaterThan(1000);
    expect(summary.bytesReceived).toBeGreaterThan(summary.samplesPlayed * 2);
  });

  it.each([
    ['stereo', speech(24_000, 2)],
    ['8 kHz', speech(8000)],
    ['48 kHz stereo', speech(48_000, 2)],
    ['cut off in its midst', speech(24_000).subarray(0, -1001)],
  ])('takes a file that is %s', async (name, content) => {
    const { code, summary, stderr } = await talk(`${name}.wav`, content, '--json');
    expect(stderr).toBe('');
    expect([code, summary.turns]).toEqual([0, 1]);
  });

  it.each([
    ['an empty file', Buffer.alloc(0)],
    ['no WAV file', Buffer.from('The quick brown fox jumps over the lazy dog, and over again.')],
  ])('says in one line what is wrong with %s, and exits with 2', async (name, content) => {
    const { code, stderr } = await talk(`${name}.wav`, content);
    expect(stderr.trim().split('\n').length).toBe(1);
    expect(stderr).toMatch(/^rxvox: .*WAV/);
    expect(code).toBe(2);
  });

  it('says in one line that a file cannot be read, and exits with 2', async () => {
    const { code, stderr } = await rxvox([
      'talk',
      '--url',
      service.url,
      '--input',
      inFolder('none.wav'),
      '--output',
      inFolder('x.wav'),
    ]);
    expect(stderr).toMatch(/^rxvox: .*none\.wav[^\n]*\n$/);
    expect(code).toBe(2);
  });

  it('says in one line that a file cannot be written, and exits with 2', async () => {
    await writeFile(inFolder('fine.wav'), speech(24_000));
    const { code, stderr } = await rxvox([
      'talk',
      '--url',
      service.url,
      '--input',
      inFolder('fine.wav'),
      '--output',
      inFolder('no/x.wav'),
    ]);
    expect(stderr).toMatch(/^rxvox: .*x\.wav[^\n]*\n$/);
    expect(code).toBe(2);
  });

  it('refuses to write the answer over the question, and leaves files alone when the connection fails', async () => {
    await writeFile(inFolder('same.wav'), speech(24_000));
    const same = await rxvox(['talk', '--url', service.url, '--input', inFolder('same.wav'), '--output', inFolder('same.wav')]);
    expect(same.stderr).toMatch(/^rxvox: .*both input and output[^\n]*\n$/);
    expect(same.code).toBe(2);
    await writeFile(inFolder('kept.wav'), 'precious');
    await rxvox(['talk', '--url', 'ws://127.0.0.1:9', '--input', inFolder('same.wav'), '--output', inFolder('kept.wav')]);
    expect([await readFile(inFolder('same.wav')), await readFile(inFolder('kept.wav'), 'utf8')]).toEqual([
      speech(24_000),
      'precious',
    ]);
  });

  it('finds no speech in silence, and exits with 0', async () => {
    const silence = Buffer.concat([Buffer.from(wavHeader(24_000, 12_000)), Buffer.alloc(24_000)]);
    const { code, stdout } = await talk('silence.wav', silence);
    expect(stdout).toContain('no speech found');
    expect(code).toBe(0);
  });

  it('says in one line that the key is missing, before any socket, and exits with 2', async () => {
    const { code, stdout, stderr } = await rxvox([
      'talk',
      '--provider',
      'openai',
      '--input',
      'assets/question-tokyo-24k.wav',
      '--output',
      inFolder('y.wav'),
    ]);
    expect(stderr).toBe('rxvox: openai: no API key; set OPENAI_API_KEY or give openai({ apiKey })\n');
    expect(stdout).not.toContain('no speech found');
    expect(code).toBe(2);
  });

  it('says in one line that nobody listens at the address, and exits with 1', async () => {
    const { code, stderr } = await rxvox([
      'talk',
      '--url',
      'ws://127.0.0.1:9',
      '--input',
      'assets/question-tokyo-24k.wav',
      '--output',
      inFolder('z.wav'),
    ]);
    expect(stderr).toMatch(/^rxvox: .*refused[^\n]*\n$/);
    expect(code).toBe(1);
  });
});

describe.concurrent('rxvox', { timeout }, () => {
  it.each([[['--help']], [['talk', '--help']], [['devices', '--help']], [['simulate', '--help']]])(
    '%j explains, and exits with 0',
    async (args) => {
      const { code, stdout } = await rxvox(args);
      expect(stdout).toContain('Usage: rxvox');
      expect(code).toBe(0);
    },
  );

  it.each([[['talk', '--loud']], [['sing']], [['talk', '--provider', 'other']], [['simulate', '--port', 'high']]])(
    '%j gives one line, and exits with 2',
    async (args) => {
      const { code, stderr } = await rxvox(args);
      expect(stderr.trim().split('\n').length).toBe(1);
      expect(code).toBe(2);
    },
  );

  it.each([[['devices']], [['devices', '--check']]])(
    '%j says in one line that there is no sound system, and exits with 1',
    async (args) => {
      // an ALSA without cards and a sound server that is not there
      const env = { ALSA_CONFIG_PATH: '/dev/null', PULSE_SERVER: 'unix:/nonexistent' };
      const { code, stdout, stderr } = await rxvox(args, env);
      expect(stdout).toBe('');
      expect(stderr).toMatch(/^rxvox: no (microphone|sound system)[^\n]*\n$/);
      expect(code).toBe(1);
    },
  );

  it('simulate serves until it is told to stop', async () => {
    const { spawn } = await import('node:child_process');
    const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/rxvox.ts', 'simulate', '--port', '0'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const url = await new Promise<string>((resolve) => {
      child.stdout.on('data', (data: Buffer) => {
        const found = /ws:\S+/.exec(data.toString());
        if (found) resolve(found[0]);
      });
    });
    expect(url).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/v1\/realtime$/);
    child.kill('SIGINT');
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0);
  });
});

describe.skipIf(!hasShared)('rxvox talk with recorded speech (needs ../shared)', { timeout: 120_000 }, () => {
  it.concurrent.each(['hello-world-24k.wav', 'weather-question-24k.wav', 'prompts-en-16k.wav'])('answers %s', async (name) => {
    const run = await rxvox([
      'talk',
      '--url',
      service.url,
      '--json',
      '--input',
      shared(`audio/${name}`),
      '--output',
      inFolder(`answer-${name}`),
    ]);
    expect(run.stderr).toBe('');
    expect(run.code).toBe(0);
    expect(JSON.parse(run.stdout.trim().split('\n').at(-1) ?? '').turns).toBeGreaterThan(0);
  });
});
