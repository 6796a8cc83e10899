import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { lastValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { startSimulator } from '../../src/simulator/index.js';
import { babble } from '../../src/simulator/speech/built-in.js';
import { correlate } from './correlate.js';
import { listen, pause, questionPath, speak } from './virtual-audio.js';

const cwd = fileURLToPath(new URL('../../', import.meta.url));
const text = 'It is sunny in Tokyo today, about twenty two degrees.';

interface Line {
  readonly type: string;
  readonly [field: string]: unknown;
}

describe('rxvox talk on real devices', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'hears the question at the microphone, says the answer on the loudspeaker, and ends well on %s',
    {
      timeout: 60_000,
    },
    async (signal) => {
      await using service = await startSimulator({ voice: 'built-in', script: [text] });
      const loudspeaker = await listen();
      const talk = spawn(process.execPath, ['--import', 'tsx', 'src/cli/rxvox.ts', 'talk', '--json', '--url', service.url], {
        cwd,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const lines: Line[] = [];
      createInterface(talk.stdout).on('line', (line) => lines.push(JSON.parse(line) as Line));
      const until = (type: string): Promise<void> =>
        expect.poll(() => lines.some((line) => line.type === type), { timeout: 20_000 }).toBe(true);

      await until('connection.established');
      await pause(1000);
      await lastValueFrom(speak(questionPath), { defaultValue: undefined });
      await until('playout.item_done');
      await pause(500);
      talk.kill(signal);
      expect(await new Promise((resolve) => talk.on('close', resolve))).toBe(0);

      expect(lines.filter(({ type }) => type === 'error' || type.startsWith('diagnostic.'))).toEqual([]);
      expect(lines.at(-1)).toMatchObject({ type: 'summary', turns: 1, transcript: text, samplesPlayed: babble(text).length });
      expect(correlate(babble(text), loudspeaker.stop()).peak).toBeGreaterThan(0.95);
    },
  );
});
