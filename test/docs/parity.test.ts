import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { configLines } from './parity/config.js';
import { eventLines, stampLines } from './parity/events.js';
import type { Line, Lines } from './parity/line.js';
import { analyzerLines, callbackLines, conversationLines, emitterLines, methodLines } from './parity/methods.js';
import { costLines, metricsLines, usageLines } from './parity/metrics.js';
import { errorLines, presetLines, sessionLines } from './parity/sessions.js';
import {
  enhancementLines,
  streamConfigLines,
  streamEventLines,
  streamMetricsLines,
  vadConfigLines,
  voxStreamLines,
} from './parity/vox-stream.js';

const root = new URL('../', import.meta.url);

/** The files in which a test of this title stands. */
const places: ReadonlyMap<string, readonly string[]> = (() => {
  const found = new Map<string, string[]>();
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.test.ts'));
  for (const file of files.map((name) => name.replaceAll('\\', '/')).sort()) {
    const text = readFileSync(new URL(file, root), 'utf8');
    for (const [, title = ''] of text.matchAll(
      /(?<=\(|\n\s{2,}|\]\)\()(?:\s*)'((?:[^'\\\n]|\\.)+)',\s*(?:\{[^}]*\},\s*)?(?:async )?(?:\(|marbles)/g,
    )) {
      found.set(title, [...(found.get(title) ?? []), file]);
    }
  }
  return found;
})();

/** Whether the test is one of those that are run on simulator and mock. */
const isOnBoth = (file: string, title: string): boolean => {
  const text = readFileSync(new URL(file, root), 'utf8');
  const before = text.slice(0, text.indexOf(`'${title}'`));
  return before.slice(before.lastIndexOf('\ndescribe')).startsWith('\ndescribe.each(services)');
};

const cell = (title: string): string => {
  const [file = ''] = places.get(title) ?? [];
  const link = `[${title.replaceAll('|', '\\|')}](../test/${file})`;
  return file && isOnBoth(file, title) ? `${link} (both)` : link;
};
const table = (title: string, lines: Lines<string>): string =>
  [
    `## ${title}`,
    ['| | | shown by |', '| --- | --- | --- |'].join('\n') +
      Object.entries<Line>(lines)
        .map(([name, [does, ...titles]]) => `\n| \`${name}\` | ${does} | ${titles.map(cell).join('; ')} |`)
        .join(''),
  ].join('\n\n');

const tables: Readonly<Record<string, Lines<string>>> = {
  Configuration: configLines,
  'Methods and properties': methodLines,
  '`conversation`': conversationLines,
  Callbacks: callbackLines,
  'An analyzer of your own': analyzerLines,
  '`events`': emitterLines,
  'What every event carries': stampLines,
  Events: eventLines,
  '`getMetrics()`': metricsLines,
  '`getUsage()`': usageLines,
  '`estimateCost()`': costLines,
  '`SessionConfig`': sessionLines,
  '`SessionPresets`': presetLines,
  Errors: errorLines,
  '`VoxStream`: configuration': streamConfigLines,
  '`VADConfig`': vadConfigLines,
  '`EnhancementOptions`': enhancementLines,
  '`VoxStream`: methods and properties': voxStreamLines,
  '`VoxStream`: events': streamEventLines,
  '`VoxStream`: metrics': streamMetricsLines,
};

const page = [
  '# What VoiceEngine and VoxStream promise, and the tests that show it',
  'Made from the tests (`npx vitest run test/docs -u`). Each line names the tests that fail when it is broken; those of `test/engine` with an engine in them run it over sockets against the [simulator](simulator.md), those marked “both” on the [mock](testing.md), too. The guides tell how to use them: [VoiceEngine](voice-engine.md), [VoxStream](voxstream.md).',
  ...Object.entries(tables).map(([title, lines]) => table(title, lines)),
].join('\n\n');

describe('docs/parity.md', () => {
  it('says what the lines say', async () => {
    await expect(`${page}\n`).toMatchFileSnapshot('../../docs/parity.md');
  });

  it('names tests that there are', () => {
    const titles = Object.values(tables).flatMap((lines) => Object.values<Line>(lines).flatMap(([, ...of]) => of));
    expect(titles.filter((title) => !places.has(title))).toEqual([]);
  });
});
