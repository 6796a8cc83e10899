import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { program } from '../../src/cli/program.js';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const optionsIn = (text: string): readonly string[] => [...new Set(text.match(/--[a-z-]+/g))].toSorted();

describe('the synopsis of the README', () => {
  it.each(program().commands.map((command) => [command.name(), command] as const))(
    'has the options of %s, and no others',
    (name, command) => {
      const [line = ''] = readme.match(new RegExp(`^rxvox ${name}\\b.*`, 'm')) ?? [];
      expect(optionsIn(line)).toEqual(command.options.map(({ long }) => long ?? '').toSorted());
    },
  );
});
