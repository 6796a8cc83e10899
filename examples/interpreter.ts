/** An interpreter: what is said in English comes out in Spanish. */

import { VoiceEngine, wavSink, wavSource } from 'rxvox/node';
import { startSimulator } from 'rxvox/simulator';

// The simulator understands neither speech nor Spanish: it is told what is said, and what to say if it is asked to interpret.
await using service = await startSimulator({
  script: [{ transcript: "What's the weather in Tokyo?" }],
  respond: ({ instructions }) => ({
    text: /interpreter.*English.*Spanish/.test(instructions) ? '¿Qué tiempo hace en Tokio?' : 'It is sunny in Tokyo.',
  }),
});
// With a key, a microphone and a loudspeaker: new VoiceEngine({ apiKey, translate: { from: 'en', to: 'es' } }).
await using engine = new VoiceEngine(
  { translate: { from: 'en', to: 'es' }, enableTranscription: true, provider: 'simulator', metadata: { endpoint: service.url } },
  { microphone: () => wavSource('assets/question-tokyo-24k.wav'), loudspeaker: () => wavSink('answer.wav') },
);
engine.events.on('transcript.*', ({ type, text, isFinal }) => {
  if (isFinal) console.log(`${type === 'transcript.user' ? 'en' : 'es'}: ${text}`);
});
await engine.connect();
await engine.startListening();
await new Promise((resolve) => engine.events.once('transcript.assistant', resolve, { filter: ({ isFinal }) => isFinal }));
