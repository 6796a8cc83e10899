import { readFile } from 'node:fs/promises';
import { fileError } from '../node/file.js';
import type { Script } from '../simulator/answer.js';

/**
 * What is said in a WAV file, from the text file of the same name beside it: a line for each turn. The simulator does not
 * understand speech, so that somebody has to tell it.
 *
 * @returns Nothing where there is no such file. Rejects with `AudioError` where it cannot be read.
 */
export const wordsBeside = async (wav: string | undefined): Promise<Script> => {
  if (wav === undefined || !/\.wav$/i.test(wav)) return [];
  const path = wav.replace(/\.wav$/i, '.txt');
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw fileError('read', path, error);
  });
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '').map((transcript) => ({ transcript }));
};
