import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { closeRows } from '../survival/close-rows.js';
import { connectRows } from '../survival/connect-rows.js';
import { elsewhereRows } from '../survival/elsewhere.js';
import { framesRows } from '../survival/frames-rows.js';
import { lifecycleRows } from '../survival/lifecycle-rows.js';
import { responsesRows } from '../survival/responses-rows.js';
import { socketsRows } from '../survival/sockets-rows.js';
import { toolsRows } from '../survival/tools-rows.js';

const rows = [
  ...[connectRows, closeRows, framesRows, responsesRows, toolsRows, lifecycleRows, socketsRows].flat(),
  ...elsewhereRows,
].map(({ row, fault, kept, over = 'virtual time' }) => ({ row, fault, kept, over }));

const lines = [...rows]
  .sort((a, b) => a.row - b.row)
  .map(({ row, fault, kept, over }) => `| ${row} | ${fault} | ${kept} | ${over} |`);

const section = [
  '## What was injected, and what was kept',
  'Made from the tests (`npx vitest run test/docs -u`): each line is one. Faults have numbers, so that the same fault can be found in several tests. In virtual time waits are as long as they may be, over sockets there are the faults of the [simulator](simulator.md#faults) and servers that misbehave.',
  ['| # | injected | kept | tested in |', '| --- | --- | --- | --- |', ...lines].join('\n'),
].join('\n\n');

const file = new URL('../../docs/survival.md', import.meta.url);
const marks = ['<!-- faults: made from the tests -->', '<!-- end of faults -->'] as const;

describe('docs/survival.md', () => {
  it('says what the tests inject and hold', async () => {
    const [before = '', rest = ''] = readFileSync(file, 'utf8').split(marks[0]);
    const after = rest.split(marks[1])[1] ?? '';

    await expect(`${before}${marks[0]}\n\n${section}\n\n${marks[1]}${after}`).toMatchFileSnapshot('../../docs/survival.md');
  });

  it.each(elsewhereRows)('names a test that there is for row $row: $title', ({ file: path, title }) => {
    expect(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')).toContain(title);
  });
});
