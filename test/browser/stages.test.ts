import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type AudioFrame, samplesIn } from 'rxvox';
import { testAudio } from 'rxvox/audio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath } from './chromium.js';
import { type Outcome, outcomeOf, stages } from './stages.js';

// The built package in a page, bundled as a user would, on frames that an AudioWorklet heard; and the same in Node.

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const executablePath = chromiumPath();
const isWanted = executablePath !== undefined || process.env.CI === 'true';
if (!isWanted) process.stderr.write('Chromium is not installed: stages are not compared with those in a page.\n');

let server: Server;
let browser: Browser;
let page: Page;
const trouble: string[] = [];

beforeAll(async () => {
  if (!isWanted) return;
  const { outputFiles } = await build({
    entryPoints: [here('page.js')],
    outdir: '/',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    target: 'chrome120',
    write: false,
    absWorkingDir: here('../..'),
    // Ours leads to the sources.
    tsconfigRaw: {},
  });
  const files = new Map(outputFiles.map(({ path, text }) => [path.replace(/^.*[\\/]/, '/'), text]));
  files.set('/worklet.js', readFileSync(here('worklet.js'), 'utf8'));
  files.set('/', '<!doctype html><meta charset="utf-8"><title>rxvox</title><script type="module" src="page.js"></script>');
  server = createServer(({ url = '/' }, response) => {
    const text = files.get(url);
    const type = url === '/' ? 'text/html' : 'text/javascript';
    response.writeHead(text === undefined ? 404 : 200, { 'content-type': type }).end(text);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  browser = await chromium.launch({ ...(executablePath && { executablePath }), args: ['--no-sandbox'] });
  page = await browser.newPage();
  page.on('pageerror', (error) => trouble.push(error.message));
  page.on('console', (message) => message.type() === 'error' && !message.text().includes('404') && trouble.push(message.text()));
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await page.waitForFunction(() => 'run' in globalThis);
}, 60_000);

afterAll(async () => {
  await browser?.close();
  server?.close();
});

/** Speech and quiet in frames of 20 ms. */
const framesOf = ({ samples, sampleRate }: AudioFrame): readonly AudioFrame[] => {
  const length = samplesIn(20, sampleRate);
  return Array.from({ length: Math.floor(samples.length / length) }, (_, i) => ({
    samples: samples.subarray(i * length, (i + 1) * length),
    sampleRate,
    position: i * length,
  }));
};

interface Asked {
  readonly name: string;
  readonly samples: readonly number[];
  readonly sampleRate: number;
}
/** Runs in the page, where `page.js` has put `run`. */
const inThePage = ({ name, samples, sampleRate }: Asked): Promise<Outcome> =>
  (globalThis as unknown as { run(...asked: readonly unknown[]): Promise<Outcome> }).run(name, samples, sampleRate);

/** Stages that ask for sines and roots in doubles, which two versions of V8 may give another last bit. */
const lastBit = new Set(["cancelEcho(…, { mode: 'doubleTalk' })"]);

describe.runIf(isWanted)('in Chromium, on frames of an AudioWorklet', () => {
  const audio = testAudio({ durationMs: 2000, pattern: 'mixed', sampleRate: 48_000 });

  it.each(Object.keys(stages))('%s gives the same as in Node', async (name) => {
    const inPage = await page.evaluate(inThePage, { name, samples: [...audio.samples], sampleRate: audio.sampleRate });
    expect(trouble).toEqual([]);
    const inNode = await outcomeOf(name, framesOf(audio));
    expect(inPage.positions).toEqual(inNode.positions);
    expect(inPage.states).toEqual(inNode.states);
    expect(inPage.samples.length).toBe(inNode.samples.length);
    const differences = inPage.samples.map((sample, i) => Math.abs(sample - (inNode.samples[i] ?? 0)));
    expect(Math.max(...differences.slice(0, 1e5))).toBeLessThanOrEqual(lastBit.has(name) ? 1 : 0);
    // Of nothing, everything is equal.
    expect(inPage.samples.some((sample) => sample !== 0)).toBe(true);
  });
});
