/** What a conversation uses, costs and takes; it ends by itself when it has cost enough. */

import { VoiceEngine, wavSink, wavSource } from 'rxvox/node';
import { startSimulator } from 'rxvox/simulator';

await using service = await startSimulator({ script: ['It is sunny in Tokyo.'] });
// With a key, a microphone and a loudspeaker: new VoiceEngine({ apiKey, budgetUsd: 0.5 }).
await using engine = new VoiceEngine(
  { budgetUsd: 0.001, provider: 'simulator', metadata: { endpoint: service.url } },
  { microphone: () => wavSource('assets/question-tokyo-24k.wav'), loudspeaker: () => wavSink('answer-cost.wav') },
);
void engine.cost$.forEach(({ total, currency }) => {
  console.log(`${total.toFixed(4)} ${currency}`);
});
engine.events.on('usage.*', ({ type }) => console.log(type));

await engine.connect();
const ended = new Promise((resolve) => engine.events.once('turn.conversation_ended', resolve));
await engine.startListening();
await ended;

const { audioSeconds, tokens, totalSessions } = engine.getUsage();
console.log(
  `${audioSeconds.input.toFixed(1)} s in, ${audioSeconds.output.toFixed(1)} s out, ${tokens.total} tokens, ${totalSessions} session`,
);
const { audioCost, textCost, pricesOf } = engine.estimateCost();
console.log(`audio ${audioCost?.toFixed(4)}, text ${textCost?.toFixed(4)}, prices of ${pricesOf}`);
const { firstAudioMs, endOfSpeechToSoundMs } = engine.getMetrics().turns;
console.log(
  `first audio after ${firstAudioMs.last?.toFixed(0)} ms, heard ${endOfSpeechToSoundMs.last?.toFixed(0)} ms after the last word`,
);
