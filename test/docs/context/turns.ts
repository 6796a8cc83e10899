import type { Observable } from 'rxjs';
import type { Playout } from '../../../src/index.js';

export declare const playout: Playout;
export declare const key$: Observable<boolean>;
