import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../shared/', import.meta.url));

/** Whether the recordings and audio that are not part of the repository are at hand; tests that need them skip where they are not. */
export const hasShared = existsSync(root);

/** Absolute path of a file there. */
export const shared = (path: string): string => root + path;
