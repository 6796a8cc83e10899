import type { Observable } from 'rxjs';
import type { Provider } from '../../../src/index.js';
import type { TransportEvent } from '../../../src/providers/transport-door.js';

export declare const library: {
  open(metadata: unknown): Promise<void>;
  close(): Promise<void>;
  audio(pcm: Uint8Array): void;
  say(text: string): void;
};
export declare const events$: Observable<TransportEvent>;
export declare const myProvider: (config: { readonly apiKey: string }) => Provider;
