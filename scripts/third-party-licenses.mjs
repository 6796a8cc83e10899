// The build holds code of these packages: their licences ask to be where the code is.
import { readFileSync, writeFileSync } from 'node:fs';

const packages = { 'io-ts': 'LICENSE', 'fp-ts': 'LICENSE', '@echogarden/speex-resampler-wasm': 'COPYING' };
const notices = Object.entries(packages).map(
  ([name, file]) => `${name}\n\n${readFileSync(`node_modules/${name}/${file}`, 'utf8')}`,
);
writeFileSync('dist/third-party-licenses.txt', notices.join('\n---\n\n'));
