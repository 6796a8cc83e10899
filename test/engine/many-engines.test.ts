import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { startSimulator } from '../../src/simulator/index.js';
import type { ManyEngines } from './use-many-engines.js';

const program = fileURLToPath(new URL('./use-many-engines.ts', import.meta.url));

const engines = 1000;
/** Measured: 460 to 630 bytes an engine, by a heap snapshot mostly compiled code. An engine that is kept holds many times the limit. */
const mostBytesEach = 2000;

it(`${engines} engines, each connected, used for a turn and disposed of, leave nothing behind`, {
  timeout: 300_000,
}, async () => {
  await using service = await startSimulator({ pace: 'instant', voice: 'built-in', respond: () => ({ text: 'Yes.' }) });
  const args = ['--expose-gc', '--import', 'tsx', program, service.url, String(engines)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const { answers, unhandled, before, after } = JSON.parse(stdout) as ManyEngines;
  expect({ answers, unhandled }).toEqual({ answers: engines, unhandled: 0 });
  expect(after.handles).toEqual(before.handles);
  expect(after.heapBytes - before.heapBytes).toBeLessThan(engines * mostBytesEach);
  expect(service.connections).toBe(0);
});
