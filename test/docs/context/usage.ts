import type { Observable } from 'rxjs';
import type { VoiceFrame } from '../../../src/index.js';

export declare const input: Observable<VoiceFrame>;
