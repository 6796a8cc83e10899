// Gives every operator a door of its own, which shows a part of an entry: the code is there once, and Node reads few files.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { entryByOperator } from './operator-entries.js';

const list = 'operators/index.ts';
const files = readdirSync('operators')
  .filter((name) => name.endsWith('.ts'))
  .map((name) => `operators/${name}`);
const entries = await entryByOperator(files.filter((file) => file !== list));
const { metafile } = await build({ entryPoints: files, outdir: 'dist/operators', format: 'esm', write: false, metafile: true });

mkdirSync('dist/operators', { recursive: true });
for (const [output, { exports, entryPoint = '' }] of Object.entries(metafile.outputs)) {
  // All that is listed, the door `rxvox` has too.
  const entry = entries.get(entryPoint) ?? 'index';
  const shown = exports.map((name) => `exports.${name} = entry.${name};\n`).join('');
  writeFileSync(output, `export { ${exports.join(', ')} } from '../${entry}.js';\n`);
  writeFileSync(output.replace(/js$/, 'cjs'), `'use strict';\nconst entry = require('../${entry}.cjs');\n${shown}`);
}
