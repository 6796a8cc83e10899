import { execFileSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A microphone that gives `ratio` seconds of a tone in a second: a pipe that is written to by the clock. */
export const slowSource = async (ratio: number): Promise<AsyncDisposable & { readonly name: string }> => {
  const folder = mkdtempSync(join(tmpdir(), 'rxvox-slow-'));
  const path = join(folder, 'pipe');
  const name = 'slow';
  const rate = 48_000;
  const module = execFileSync(
    'pactl',
    ['load-module', 'module-pipe-source', `source_name=${name}`, `file=${path}`, 'format=s16le', `rate=${rate}`, 'channels=1'],
    { encoding: 'utf8' },
  ).trim();
  const pipe = createWriteStream(path);
  const startedAt = performance.now();
  let written = 0;
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - startedAt) * ratio * rate) / 1000) - written;
    const samples = Int16Array.from({ length: due }, (_, i) => 8000 * Math.sin((2 * Math.PI * 440 * (written + i)) / rate));
    written += due;
    pipe.write(Buffer.from(samples.buffer));
  }, 10);
  return {
    name,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await new Promise((resolve) => pipe.end(resolve));
      execFileSync('pactl', ['unload-module', module]);
      rmSync(folder, { recursive: true });
    },
  };
};
