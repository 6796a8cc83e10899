// The map of a module that is one long text would be as large as the module.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

for (const name of readdirSync('dist').filter((file) => file.startsWith('silero-weights-'))) {
  if (name.endsWith('.map')) rmSync(`dist/${name}`);
  else writeFileSync(`dist/${name}`, readFileSync(`dist/${name}`, 'utf8').replace(/(\/\/# sourceMappingURL=.*\s*)+$/, ''));
}
