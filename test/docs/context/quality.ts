import type { Observable } from 'rxjs';
import type { AudioPacket } from '../../../operators/audio/index.js';
import type { AudioFrame, VoiceFrame } from '../../../src/index.js';

export { share } from 'rxjs';
export declare const packets$: Observable<AudioPacket>;
export declare const far$: Observable<AudioFrame>;
export declare const denoise: (frame: VoiceFrame) => VoiceFrame;
