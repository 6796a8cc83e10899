import type { Observable } from 'rxjs';
import type { AudioFrame, ConversationItem, Tool, VoiceEvent, VoiceFrame } from '../../../src/index.js';

export declare const getWeather: Tool;
export declare const tools: readonly Tool[];
export declare const events$: Observable<VoiceEvent>;
export declare const denoise: (frame: VoiceFrame) => VoiceFrame;
export declare const worker: { ask(frame: VoiceFrame): Promise<VoiceFrame> };
export declare const askAnotherModel: (
  items: readonly ConversationItem[],
  config: { readonly signal: AbortSignal },
) => Promise<string>;
export declare const music$: Observable<AudioFrame>;
