/** Text to speech: says a text word for word, beside the conversation, into a WAV file. */

import { writeFile } from 'node:fs/promises';
import { VoiceEngine, wavHeader } from 'rxvox/node';
import { startSimulator } from 'rxvox/simulator';

await using service = await startSimulator();
// With a key: VoiceEngine.open({ apiKey, voice: 'marin' }).
await using engine = await VoiceEngine.open(
  {
    voice: 'marin',
    provider: 'simulator',
    metadata: { endpoint: service.url },
  },
  { loudspeaker: undefined },
);

const pcm = await engine.textToAudioResponse('Your table for two is ready.');
const samples = pcm.length / 2;
await writeFile('answer-speech.wav', [wavHeader(24_000, samples), pcm]);
console.log(`answer-speech.wav: ${(samples / 24_000).toFixed(1)} s, ${engine.conversation.items.length} items of conversation`);
