import type { Observable } from 'rxjs';
import type { AudioFrame } from '../../../src/index.js';

export declare const ring$: Observable<AudioFrame>;
export declare const answered$: Observable<unknown>;
