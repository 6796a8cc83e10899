/** The audio toolkit without a service: hear speech, clean it, prepare it for another service, measure it. */

import { VoxStream } from 'rxvox/voxstream';

const stream = new VoxStream({ optimizeFor: 'balanced' });
stream.configureVad({ sensitivity: 0.7 });
await stream.enhanceVoice({ noiseReduction: true, gainControl: true });

stream.on('user_speaking', ({ type }) => console.log(type));
stream.on('user_finished', ({ type, durationMs }) => console.log(`${type} after ${(durationMs / 1000).toFixed(1)} s`));

// With a microphone: new VoxStream({ microphone: capture }) with capture of rxvox/node, and captureLocal() in place of this.
const speech = stream.generateTestAudio({ durationMs: 2000, pattern: 'speech' });
const silence = stream.generateTestAudio({ durationMs: 2000, pattern: 'silence' });
let heard = 0;
await stream
  .continuousStream()
  .connect([speech.samples, silence.samples])
  .flowTo(({ samples }) => {
    heard += samples.length;
  });

const messages: Uint8Array[] = [];
for await (const message of stream.prepareForAi([speech], { provider: 'twilio' })) messages.push(message);
console.log(`${heard} samples heard, ${messages.length} messages of ${messages[0]?.length} bytes for twilio`);

const { voiceQualityScore, speakingDurationMs } = stream.metrics;
console.log(`quality ${voiceQualityScore.toFixed(2)}, ${(speakingDurationMs / 1000).toFixed(1)} s of speech`);
stream.close();
