/** Saves a call, and has it again: the simulator plays the service of the recording to another engine. */

import { join } from 'node:path';
import { VoiceEngine, wavSink, wavSource } from 'rxvox/node';
import { startSimulator } from 'rxvox/simulator';

/** A question, and its answer to the end. */
const call = async (endpoint: string, saveAudio: boolean): Promise<string> => {
  // With a key, a microphone and a loudspeaker: VoiceEngine.open({ apiKey, saveAudio: true }).
  await using engine = new VoiceEngine(
    { saveAudio, provider: 'simulator', metadata: { endpoint }, onTextResponse: (text) => console.log(`assistant: ${text}`) },
    { microphone: () => wavSource('assets/question-tokyo-24k.wav'), loudspeaker: () => wavSink('answer.wav') },
  );
  let folder = '';
  engine.events.on('recording.started', ({ path }) => {
    folder = path;
  });
  await engine.connect();
  const over = new Promise((resolve) => engine.events.once('audio.output_stopped', resolve));
  await engine.startListening();
  await over;
  return folder;
};

const service = await startSimulator({ script: ['It is sunny in Tokyo.'] });
const folder = await call(service.url, true);
await service.close();
console.log(`saved in ${folder}`);

await using replay = await startSimulator({ replay: join(folder, 'events.jsonl') });
await call(replay.url, false);
const { complete, mismatches } = await replay.replayed();
console.log(`replayed ${complete ? 'to the end' : 'in part'}, ${mismatches.length} mismatches`);
