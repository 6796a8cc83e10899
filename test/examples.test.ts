import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const cwd = fileURLToPath(new URL('../', import.meta.url));
const run = promisify(execFile);

/** What each example says at least; one that is not listed here fails. */
const says: Readonly<Record<string, readonly RegExp[]>> = {
  pipeline: [/you spoke for \d+ ms/, /assistant: It is sunny in Tokyo/, /played \d/],
  'custom-pipeline': [/first audio \d+ ms after/, /assistant: It is sunny in Tokyo\./],
  lanes: [
    /assistant: I am fine/,
    /fast → big: tool_vocabulary\nyou: What's the weather/,
    /get_weather\(\{"city":"Tokyo"\}\)\nassistant: Here is what I found[^\n]*\n {2}big → fast: released/,
    /assistant: That is 1035\./,
    /♪ tune/,
    /big → fast: released\nyou: Thanks!/,
  ],
  'custom-provider': [/assistant: go to the market/, /service: disconnected/],
  'marble-test': [/^ok: /],
};

const names = readdirSync(new URL('../examples/', import.meta.url))
  .map((file) => file.replace(/\.ts$/, ''))
  .filter((name) => name !== 'run' && name !== 'amplify');

describe.concurrent('examples', { timeout: 90_000 }, () => {
  it.each(names)('%s runs without a key, a microphone or a word of complaint', async (name) => {
    const { stdout, stderr } = await run(process.execPath, ['--import', 'tsx', 'examples/run.ts', name], { cwd });
    expect(stderr).toBe('');
    for (const line of says[name] ?? [/an entry in this test/]) expect(stdout).toMatch(line);
  });
});
