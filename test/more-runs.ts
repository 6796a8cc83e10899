import type * as FastCheck from 'fast-check';
import { vi } from 'vitest';

const times = Number(process.env.RUNS ?? 20);

vi.mock('fast-check', async (importOriginal) => {
  const real = await importOriginal<typeof FastCheck>();
  const assert = <Ts>(property: FastCheck.IRawProperty<Ts>, config: FastCheck.Parameters<Ts> = {}): unknown =>
    real.assert(property, { ...config, numRuns: (config.numRuns ?? 100) * times });
  return { ...real, assert, default: { ...real.default, assert } };
});
