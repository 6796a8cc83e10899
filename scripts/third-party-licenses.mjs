// The build holds code of these packages: their licences ask to be where the code is.
import { readFileSync, writeFileSync } from 'node:fs';

const packages = ['io-ts', 'fp-ts'];
const notices = packages.map((name) => `${name}\n\n${readFileSync(`node_modules/${name}/LICENSE`, 'utf8')}`);
writeFileSync('dist/third-party-licenses.txt', notices.join('\n---\n\n'));
