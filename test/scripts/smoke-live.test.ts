import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { startSimulator } from '../../src/simulator/index.js';

const cwd = fileURLToPath(new URL('../../', import.meta.url));

const smoke = (key: string | undefined, ...args: readonly string[]) => {
  const { OPENAI_API_KEY: _, ...env } = process.env;
  return promisify(execFile)(process.execPath, ['--import', 'tsx', 'scripts/smoke-live.ts', ...args], {
    cwd,
    env: key === undefined ? env : { ...env, OPENAI_API_KEY: key },
  });
};

describe('npm run smoke:live', { timeout: 90_000 }, () => {
  it('is skipped with a word where there is no key', async () => {
    const { stdout } = await smoke(undefined);
    expect(stdout).toBe('smoke:live: skipped, for OPENAI_API_KEY is not set\n');
  });

  it('passes with a service that works, and tells neither key nor words', async () => {
    await using service = await startSimulator({
      apiKeys: ['sk-of-this-test'],
      script: ['Good morning.', { toolCall: { name: 'get_weather', arguments: { city: 'Tokyo' } }, text: 'It is sunny.' }],
    });
    const { stdout, stderr } = await smoke('sk-of-this-test', service.url);
    expect(stderr).toBe('');
    expect(stdout.match(/^ok: /gm)).toHaveLength(7);
    expect(stdout).toMatch(/ok: disconnected\n$/);
    expect(stdout).not.toMatch(/sk-of|morning|sunny/);
  });

  it('fails with a key that is not accepted, without telling it', async () => {
    await using service = await startSimulator({ apiKeys: ['sk-another'] });
    const failure = smoke('sk-of-this-test', service.url);
    await expect(failure).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(/AuthenticationError/) });
    await expect(failure).rejects.toMatchObject({ stderr: expect.not.stringMatching(/sk-of/) });
  });
});
