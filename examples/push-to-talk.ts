/** Push to talk: the microphone is collected while a key is held, and sent as one turn when it is released. */

import { setTimeout as wait } from 'node:timers/promises';
import { VoiceEngine, wavSource } from 'rxvox/node';
import { startSimulator } from 'rxvox/simulator';

await using service = await startSimulator({
  script: ['It is sunny in Tokyo.'],
  transcribe: ({ samples }) => {
    console.log(`the service heard ${samples.length} samples`);
    return "What's the weather in Tokyo?";
  },
});
// With a key, a microphone and a loudspeaker: new VoiceEngine({ apiKey, vadEnabled: false, enableTranscription: true }).
await using engine = new VoiceEngine(
  { vadEnabled: false, enableTranscription: true, provider: 'simulator', metadata: { endpoint: service.url } },
  { microphone: () => wavSource('assets/question-tokyo-24k.wav'), loudspeaker: undefined },
);
engine.events.on('transcript.*', ({ type, text, isFinal }) => isFinal && console.log(`${type}: ${text}`));

let held: Uint8Array[] = [];
engine.events.on('audio.input_chunk', ({ audioData }) => held.push(audioData));

const press = (): Promise<void> => {
  held = [];
  return engine.startListening({ send: false });
};
const release = (): Promise<void> => {
  engine.stopListening();
  const audio = Buffer.concat(held);
  console.log(`${audio.length / 2} samples while the key was held`);
  return engine.sendRecordedAudio(audio);
};

await engine.connect();
const answered = new Promise((resolve) => engine.events.once('turn.response_completed', resolve));
await press();
await wait(4000);
await release();
await answered;
