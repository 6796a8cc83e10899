import { readFileSync } from 'node:fs';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { faultTypes, fieldNamesOf } from '../../src/faults/check-fault.js';
import { parseFault } from '../../src/faults/parse-fault.js';

const text = readFileSync(new URL('../../docs/simulator.md', import.meta.url), 'utf8');

describe('docs/simulator.md', () => {
  it('gives only faults that can be read', () => {
    const specs = [...text.matchAll(/--fault (\S+)/g)].map(([, spec = '']) => spec);
    expect(specs.length).toBeGreaterThan(2);
    for (const spec of specs) expect(parseFault(spec)).toEqual(E.right(expect.anything()));
  });

  it('lists every fault, with what it can be told', () => {
    const rows = [...text.matchAll(/^\| `(\w+)` \| (.*) \|$/gm)].filter(([, name = '']) => fieldNamesOf(name));
    expect(rows.map(([, name]) => name)).toEqual(faultTypes);
    const common = new Set(fieldNamesOf('drop'));
    for (const [, name = '', words] of rows)
      for (const field of fieldNamesOf(name) ?? []) if (!common.has(field)) expect(words).toContain(`\`${field}\``);
    for (const field of common) expect(text).toContain(`| \`${field}\` |`);
  });
});
