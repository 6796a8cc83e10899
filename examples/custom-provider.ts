/** A provider of one's own: an object that brings its own way to a service, here one that says everything backwards. */

import { EMPTY, Subject } from 'rxjs';
import { VoiceEngine } from 'rxvox';
import { fromTransport, type Transport, type TransportEvent } from 'rxvox/transport';

class Backwards implements Transport {
  readonly #said = new Subject<TransportEvent>();
  readonly events$ = this.#said.asObservable();

  connect() {
    return Promise.resolve();
  }

  disconnect() {
    console.log('service: disconnected');
  }

  sendAudio() {}

  sendText(text: string) {
    this.#said.next({ type: 'text', text: [...text].reverse().join(''), isFinal: true });
  }
}

await using engine = await VoiceEngine.open(
  { provider: fromTransport(new Backwards()), mode: 'provider', onTextResponse: (text) => console.log(`assistant: ${text}`) },
  // The sockets of the platform are not needed: the transport has its own.
  { openSocket: () => EMPTY },
);
const answered = new Promise((resolve) => engine.events.once('turn.response_completed', resolve));
await engine.sendText('tekram eht ot og');
await answered;
