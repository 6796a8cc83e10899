// The bundler of declarations drops references to libraries: the simulator's need the symbols of `await using`.
import { readFileSync, writeFileSync } from 'node:fs';

for (const file of ['dist/simulator/index.d.ts', 'dist/simulator/index.d.cts']) {
  writeFileSync(file, `/// <reference lib="esnext.disposable" />\n${readFileSync(file, 'utf8')}`);
}
