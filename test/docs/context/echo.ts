import type { Observable } from 'rxjs';
import type { AudioFrame, OpenSink } from '../../../src/index.js';

export declare const openMySink: OpenSink;
export declare const microphone$: Observable<AudioFrame>;
export declare const near: AudioFrame;
export declare const far: AudioFrame;
