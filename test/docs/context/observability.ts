import type { Observable } from 'rxjs';
import type { AudioFrame, LogFields, Logger, OpenSocket, Playout, VoiceEngine } from '../../../src/index.js';

export declare const pino: () => Logger;
export declare const winston: Record<keyof Logger, (message: string, fields: LogFields) => unknown>;
export declare const engine: VoiceEngine;
export declare const openSocket: OpenSocket;
export declare const input: Observable<AudioFrame>;
export declare const playout: Playout;
