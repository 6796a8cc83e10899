import type { Observable } from 'rxjs';
import type { expect as vitestExpect } from 'vitest';
import type { Marbles, ScriptedProvider } from '../../../marbles/index.js';
import type { Command, ServerEvent, VoiceEvent } from '../../../src/index.js';

export declare const marbles: (test: (t: Marbles) => void) => () => void;
export declare const created: ServerEvent;
export declare const source: Observable<Command>;
export declare const letter: (event: VoiceEvent) => string;
export declare const expect: typeof vitestExpect;
export declare const service: ScriptedProvider;
