import { readdirSync, readFileSync } from 'node:fs';
import { hasShared, shared } from '../shared.js';

/** One line of a recorded session. */
export interface Recorded {
  readonly dir: 'c2s' | 's2c';
  readonly ev: { readonly type: string; readonly [field: string]: unknown };
}

/** The recorded sessions of these providers: name and lines in true order. */
export const recordings = (
  ...providers: readonly string[]
): readonly { readonly name: string; readonly lines: readonly Recorded[] }[] =>
  hasShared
    ? providers.flatMap((provider) =>
        readdirSync(shared(`fixtures/recordings/${provider}`)).map((file) => ({
          name: `${provider}/${file}`,
          lines: readFileSync(shared(`fixtures/recordings/${provider}/${file}`), 'utf8')
            .split('\n')
            .filter((line) => line !== '')
            .map((line) => JSON.parse(line) as Recorded),
        })),
      )
    : [];
