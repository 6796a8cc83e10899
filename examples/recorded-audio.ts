/** A recording as a question: one turn, whatever its rate and length, answered once. */

import { readFile } from 'node:fs/promises';
import { VoiceEngine } from 'rxvox/node';
import { startSimulator } from 'rxvox/simulator';

await using service = await startSimulator({ script: ['It is sunny in Tokyo.'] });
// With a key: VoiceEngine.open({ apiKey }).
await using engine = await VoiceEngine.open(
  { provider: 'simulator', metadata: { endpoint: service.url } },
  { loudspeaker: undefined },
);

const answer = new Promise<string>((resolve) =>
  engine.events.once('text.output', ({ text }) => resolve(text), { filter: ({ isPartial }) => !isPartial }),
);
await engine.sendRecordedAudio(await readFile('assets/question-tokyo-24k.wav'));
console.log(`assistant: ${await answer}`);
