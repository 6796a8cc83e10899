/** A voice assistant. With a key and devices of your own it is `new VoiceEngine({ apiKey, instructions, onTextResponse })`, and nothing else. */

import { VoiceEngine, wavSink, wavSource } from 'rxvox/node';
import { startSimulator } from 'rxvox/simulator';

await using service = await startSimulator();
await using engine = new VoiceEngine(
  {
    provider: 'simulator',
    metadata: { endpoint: service.url },
    instructions: 'Be brief.',
    onTextResponse: (text) => console.log(`assistant: ${text}`),
  },
  { microphone: () => wavSource('assets/question-tokyo-24k.wav'), loudspeaker: () => wavSink('answer.wav') },
);
await engine.connect();
await engine.startListening();
await new Promise((resolve) => engine.events.once('audio.output_stopped', resolve));
