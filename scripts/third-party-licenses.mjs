// The build holds code of these packages: their licences ask to be where the code is.
import { readFileSync, writeFileSync } from 'node:fs';

/** The files in which a package has its licence; of one that has none, its package.json says which it is. */
const packages = {
  'io-ts': ['LICENSE'],
  'fp-ts': ['LICENSE'],
  '@echogarden/speex-resampler-wasm': ['COPYING'],
  '@ennuicastr/webrtcaec3.js': ['license.js'],
  '@jitsi/rnnoise-wasm': ['LICENSE'],
  '@sapphi-red/speex-preprocess-wasm': ['package.json'],
  'libopus-wasm': ['LICENSE', 'THIRD_PARTY_NOTICES.md'],
};
const fileOf = (name, file) => {
  const text = readFileSync(`node_modules/${name}/${file}`, 'utf8');
  if (file !== 'package.json') return text;
  const { license, author, repository } = JSON.parse(text);
  return `${license}, ${author?.name ?? author}, ${repository?.url ?? repository}\n`;
};
const notices = Object.entries(packages).map(
  ([name, files]) => `${name}\n\n${files.map((file) => fileOf(name, file)).join('\n')}`,
);
writeFileSync('dist/third-party-licenses.txt', notices.join('\n---\n\n'));
