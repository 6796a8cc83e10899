import { expect, it } from 'vitest';
import { alternate } from '../../bench/alternate.js';

it('gives the times of each program, round by round', { timeout: 60_000 }, () => {
  const [idle = [], busy = []] = alternate(['', "import { setTimeout } from 'node:timers/promises'; await setTimeout(300);"], 2);
  expect(idle).toHaveLength(2);
  expect(busy).toHaveLength(2);
  for (const ms of busy) expect(ms).toBeGreaterThan(300);
});

it('imports the packages of this one', { timeout: 60_000 }, () => {
  expect(alternate(["import 'rxjs';"], 1)).toEqual([[expect.any(Number)]]);
});

it('says what a program says that fails', { timeout: 60_000 }, () => {
  expect(() => alternate(["import 'no-such-package';"], 1)).toThrow(/ended with 1: .*no-such-package/s);
});
