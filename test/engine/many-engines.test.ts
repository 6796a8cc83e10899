import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { startSimulator } from '../../src/simulator/index.js';
import type { ManyEngines } from './use-many-engines.js';

const program = fileURLToPath(new URL('./use-many-engines.ts', import.meta.url));

const engines = 1000;
/**
 * Measured: 460 to 630 bytes an engine, as many after 3,000 as after 500. They are machine code, which V8 goes on making: heap snapshots after 800 and after
 * 2,800 engines differ in no object of ours, and with `--no-opt --no-sparkplug` the heap is no larger after 1,000 engines than before, 93 bytes an engine smaller.
 * One whose call is kept holds 150,000.
 */
const mostBytesEach = 2000;

it(`${engines} engines, each connected, used for a turn and disposed of, leave nothing behind`, {
  timeout: 300_000,
}, async () => {
  await using service = await startSimulator({ pace: 'instant', voice: 'built-in', respond: () => ({ text: 'Yes.' }) });
  const args = ['--expose-gc', '--import', 'tsx', program, service.url, String(engines)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const { answers, unhandled, heap, handles } = JSON.parse(stdout) as ManyEngines;
  expect({ answers, unhandled }).toEqual({ answers: engines, unhandled: 0 });
  expect(handles).toEqual({});
  expect(heap.after - heap.before).toBeLessThan(engines * mostBytesEach);
  expect(service.connections).toBe(0);
});
