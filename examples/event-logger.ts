/** What happens, as it happens: all events, those of a kind, and those that came before anybody asked. */

import { VoiceEngine } from 'rxvox/node';
import { startSimulator } from 'rxvox/simulator';

await using service = await startSimulator({ script: ['Good morning!'] });
// With a key: new VoiceEngine({ apiKey }).
await using engine = new VoiceEngine({ provider: 'simulator', metadata: { endpoint: service.url } }, { loudspeaker: undefined });

engine.events.on('*', ({ type, source, timestamp }) => console.log(`${new Date(timestamp).toISOString()} ${source} ${type}`), {
  filter: ({ type }) => !/delta|chunk/.test(type),
});
engine.events.on('connection.*', (event) => {
  if (event.type === 'connection.established') console.log(`  ready after ${event.latencyMs.toFixed(1)} ms`);
});

await engine.connect();
const answered = new Promise((resolve) => engine.events.once('turn.response_completed', resolve));
await engine.sendText('Good morning.');
await answered;

const turns = engine.events.getHistory({ type: 'turn.*', limit: 3 });
console.log(`the last of turn.*: ${turns.map(({ type }) => type).join(', ')}`);
console.log(engine.events.getMetrics());
