import type { Marbles } from '../../../marbles/index.js';
import type { VoiceEvent } from '../../../src/index.js';

export declare const count: (event: VoiceEvent) => void;
export declare const marbles: (test: (t: Marbles) => void) => () => void;
