import { readdirSync } from 'node:fs';

/** `npm run example NAME`: runs one example; without a name, lists them. */
const names = readdirSync(new URL('.', import.meta.url))
  .map((file) => file.replace(/\.ts$/, ''))
  .filter((name) => name !== 'run' && name !== 'amplify');
const name = process.argv[2];

if (name !== undefined && names.includes(name)) await import(`./${name}.ts`);
else {
  console.log(`npm run example NAME, with one of: ${names.join(', ')}`);
  process.exitCode = name === undefined ? 0 : 2;
}
