import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wordsBeside } from '../../src/cli/words-beside.js';

describe('wordsBeside', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rxvox-words-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('reads a turn from each line of the text file of the same name', async () => {
    await writeFile(join(folder, 'two.txt'), 'How are you?\r\n\n  Goodbye. \n');
    expect(await wordsBeside(join(folder, 'two.WAV'))).toEqual([{ transcript: 'How are you?' }, { transcript: 'Goodbye.' }]);
  });

  it('knows nothing where there is no such file, no WAV, or no file at all', async () => {
    expect(await wordsBeside(join(folder, 'none.wav'))).toEqual([]);
    expect(await wordsBeside(join(folder, 'two.txt'))).toEqual([]);
    expect(await wordsBeside(undefined)).toEqual([]);
  });

  it('says in one line which file cannot be read', async () => {
    await mkdir(join(folder, 'odd.txt'));
    await expect(wordsBeside(join(folder, 'odd.wav'))).rejects.toThrow(/^cannot read .*odd\.txt: it is a folder$/);
  });
});
