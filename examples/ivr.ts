/** A telephone menu: the assistant greets in G.711, the caller presses a key, and a tool knows the answer. */

import { simulator, tool } from 'rxvox';
import { VoiceEngine } from 'rxvox/node';
import { startSimulator } from 'rxvox/simulator';

const orderStatus = tool({
  name: 'order_status',
  description: 'Where an order is',
  parameters: { type: 'object', properties: { order: { type: 'string' } }, required: ['order'] },
  run: ({ order }) => ({ order, status: 'on its way' }),
});

await using service = await startSimulator({
  script: [
    'Welcome! Press 1 for your order, 2 for everything else.',
    { toolCall: { name: 'order_status', arguments: { order: '4711' } }, text: 'Your order is on its way.' },
  ],
});

// The telephone's own encoding on the wire, both ways. With a key: openai({ apiKey, session }) in place of simulator({ url, session }).
const format = { type: 'audio/pcmu' };
const provider = simulator({ url: service.url, session: { audio: { input: { format }, output: { format } } } });

let secondsHeard = 0;
await using engine = new VoiceEngine(
  {
    provider,
    sampleRate: 8000,
    tools: [orderStatus],
    onTextResponse: (text) => console.log(`assistant: ${text}`),
    // PCM16 at 8 kHz, for the caller; their own voice goes to engine.sendAudio(pcm).
    onAudioResponse: (pcm) => {
      secondsHeard += pcm.length / 16_000;
    },
  },
  { loudspeaker: undefined },
);
engine.events.on('input_audio_buffer.dtmf_event_received', ({ event: key }) => {
  console.log(`key ${key}`);
  return engine.sendText(`The caller has pressed ${key}. Their order is number 4711.`);
});
engine.events.on('tool.succeeded', ({ functionName }) => console.log(`${functionName} has answered`));

await engine.connect();
const greeted = new Promise((resolve) => engine.events.once('turn.response_completed', resolve));
await engine.sendText('Greet the caller.');
await greeted;
const told = new Promise((resolve) =>
  engine.events.once('text.output', resolve, { filter: ({ text, isPartial }) => !isPartial && text.includes('order') }),
);
service.press('1');
await told;
console.log(`${secondsHeard.toFixed(1)} s of speech for the caller`);
