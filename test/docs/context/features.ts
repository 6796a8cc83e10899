import type { VoiceEngine } from '../../../src/node/index.js';

export declare const engine: VoiceEngine;
export declare const png: Uint8Array;
export declare const base64: string;
export declare const jwt: () => Promise<string>;
export declare const key: (digit: string) => void;
