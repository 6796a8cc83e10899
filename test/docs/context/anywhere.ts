import type { Provider } from '../../../src/index.js';

/** What every document takes for granted. */
export declare const apiKey: string;
export declare const provider: Provider;
