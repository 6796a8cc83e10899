import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wavHeader } from '../../src/dsp/wav.js';
import { rxvox } from './run.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rxvox-play-'));
  const samples = Int16Array.from({ length: 24_000 }, (_, index) => index);
  await writeFile(join(folder, 'mixed.wav'), Buffer.concat([wavHeader(24_000, samples.length), new Uint8Array(samples.buffer)]));
  const lines = [
    { at: 0, recording: { version: 1 } },
    { at: 100, event: { type: 'speech.started', position: 2400 } },
    { at: 150, connection: 1, dir: 'c2s', ev: { type: 'input_audio_buffer.append', audio: '' } },
    { at: 400, event: { type: 'speech.stopped', position: 7200, durationMs: 200 } },
    { at: 500, connection: 1, dir: 's2c', ev: { type: 'response.created', event_id: 'e', response: { id: 'r' } } },
    { at: 500, of: 'e', type: 'response.created' },
    { at: 700, event: { type: 'turn.interrupted', itemId: 'i', heardMs: 100 } },
    { at: 1300, event: { type: 'connection.lost', closeCode: 1006, reason: 'gone' } },
  ];
  await writeFile(join(folder, 'events.jsonl'), `${lines.map((line) => JSON.stringify(line)).join('\n')}\n{"at":14`);
});
afterAll(() => rm(folder, { recursive: true }));

describe.concurrent('rxvox play', { timeout: 60_000 }, () => {
  it('plays the sound, and the timeline beside it, at the pace of the call', async () => {
    const output = join(folder, 'played.wav');
    const { code, stdout, stderr } = await rxvox(['play', join(folder, 'events.jsonl'), '--output', output]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const lines = stdout.split('\n').flatMap((line) => /^ +(\d+\.\d\d) s {2}(.*)$/.exec(line)?.slice(1) ?? []);
    expect(lines.filter((_, index) => index % 2 === 1)).toEqual([
      'speech started',
      'speech stopped  0.20 s of speech',
      expect.stringMatching(/^response +\+\d+ ms$/),
      'interrupted     0.10 s were heard',
      'connection lost gone (1006)',
    ]);
    const moments = lines.filter((_, index) => index % 2 === 0).map(Number);
    for (const [index, due] of [0.1, 0.4, 0.5, 0.7, 1.3].entries()) expect(moments[index]).toBeGreaterThanOrEqual(due - 0.01);
    expect(await readFile(output)).toEqual(await readFile(join(folder, 'mixed.wav')));
    expect(stdout).toContain(`The call is in ${output}`);
  });

  it.each([
    ['a recording that is not there', ['nowhere.jsonl'], /^rxvox: cannot read .*nowhere\.jsonl: there is no such file/],
    ['a file that is none', ['mixed.wav'], /^rxvox: .*mixed\.wav: line 1 is not of a recorded call/],
    ['the recording as output', ['events.jsonl', 'mixed.wav'], /^rxvox: .*mixed\.wav is the recording itself/],
  ])('refuses %s in one line', async (_, [file = '', output], message) => {
    const more = output === undefined ? [] : ['--output', join(folder, output)];
    const run = await rxvox(['play', join(folder, file), ...more]);
    expect(run.stderr).toMatch(message);
    expect(run.stderr.trim().split('\n')).toHaveLength(1);
    expect(run.code).toBe(2);
  });

  it('says which event is damaged', async () => {
    const damaged = join(folder, 'damaged.jsonl');
    await writeFile(damaged, '{"at":0,"recording":{"version":1}}\n{"at":120,"event":{"type":"error"}}\n');
    const run = await rxvox(['play', damaged, '--output', join(folder, 'damaged.wav')]);
    expect(run.stderr).toBe(`rxvox: ${damaged}: error at 120 ms is not as it was recorded\n`);
    expect(run.code).toBe(2);
  });

  it('says that the sound is missing', async () => {
    const alone = await mkdtemp(join(tmpdir(), 'rxvox-play-'));
    await writeFile(join(alone, 'events.jsonl'), '{"at":0,"event":{"type":"playout.drained"}}\n');
    const run = await rxvox(['play', join(alone, 'events.jsonl'), '--output', join(alone, 'x.wav')]);
    await rm(alone, { recursive: true });
    expect(run.stderr).toMatch(/^rxvox: cannot read .*mixed\.wav: there is no such file/);
    expect(run.code).toBe(2);
  });
});
