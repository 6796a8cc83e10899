import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rxvox } from './run.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rxvox-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('rxvox talk --lanes', { timeout: 120_000 }, () => {
  it('moves between the lanes as the conversation needs them, and shows it', async () => {
    const { code, stdout, stderr } = await rxvox([
      'talk',
      '--lanes',
      '--input',
      'assets/lanes-8k.wav',
      '--output',
      join(folder, 'answer.wav'),
    ]);
    expect(stderr).toBe('');
    expect(code).toBe(0);

    // What matters of the timeline: the lane, what is said, and what is done.
    const story = stdout.split('\n').flatMap((line) => {
      const parts = /^ *[\d.]+ s {2}(fast|big) +(you|lane|tool call|sound) {2,}(.*)$/.exec(line);
      return parts ? [parts.slice(1).join(' | ')] : [];
    });
    expect(story).toEqual([
      'fast | you | How are you?',
      'big | lane | fast → big: tool_vocabulary',
      "big | you | What's the weather in Tokyo?",
      'big | tool call | get_weather({"city":"Tokyo"})',
      'fast | lane | big → fast: released',
      'big | lane | fast → big: tool_vocabulary',
      'big | you | Calculate 23*45.',
      'big | tool call | calculate({"expression":"Calculate 23*45."})',
      'fast | lane | big → fast: released',
      'big | lane | fast → big: tool_vocabulary',
      'big | you | Play some music.',
      'big | tool call | play_music({})',
      'big | sound | music',
      'fast | lane | big → fast: released',
      'fast | you | Thanks!',
    ]);
    expect(stdout).toMatch(/^lanes {6}fast \d+ %, big \d+ %; 6 switches$/m);
  });
});
