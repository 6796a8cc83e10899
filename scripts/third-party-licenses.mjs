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
// Its weights come by a package of others, without the text.
const silero = `Silero VAD (weights of the network)

MIT License

Copyright (c) 2020-present Silero Team

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"),
to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense,
and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS
IN THE SOFTWARE.
`;
writeFileSync('dist/third-party-licenses.txt', [...notices, silero].join('\n---\n\n'));
