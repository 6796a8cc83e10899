/** What is there for a block that imports nothing. */
export { readFileSync } from 'node:fs';
export { concatMap, filter, identity, ignoreElements, map, merge, of, take, tap } from 'rxjs';
export * from '../../../marbles/index.js';
export * from '../../../operators/audio/index.js';
export * from '../../../src/index.js';
export * from '../../../src/node/index.js';
export { VoiceEngine } from '../../../src/node/index.js';
export { startSimulator } from '../../../src/simulator/index.js';
