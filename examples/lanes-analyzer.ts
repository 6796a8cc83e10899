/** An analyzer of one's own: it is asked for each thing that the user says or types, and names the lane that answers. */

import type { LaneAnalyzer } from 'rxvox';
import { VoiceEngine } from 'rxvox/node';
import { startSimulator } from 'rxvox/simulator';

/** Money is worth the rich lane, and so is a customer who pays for it. */
const analyze: LaneAnalyzer = (message, { user }) =>
  user.plan === 'gold' || /\b(invoice|refund)\b/i.test(message) ? 'big' : 'fast';

await using service = await startSimulator({ script: ['Hello!', 'I see two invoices.', 'You are welcome.'] });
// With a key: VoiceEngine.open({ apiKey, switchAnalyzer: analyze, metadata: { plan: 'silver' } }).
await using engine = await VoiceEngine.open(
  {
    switchAnalyzer: analyze,
    switchCooldownMs: 0,
    provider: 'simulator',
    metadata: { endpoint: service.url, plan: 'silver' },
    onLaneSwitch: (from, to, reason) => console.log(`  ${from} → ${to}: ${reason}`),
    onTextResponse: (text) => console.log(`assistant (${engine.lane}): ${text}`),
  },
  { loudspeaker: undefined },
);

for (const text of ['Good morning.', 'I have a question about my invoice.', 'Thank you.']) {
  const answered = new Promise((resolve) => engine.events.once('turn.response_completed', resolve));
  console.log(`you: ${text}`);
  await engine.sendText(text);
  await answered;
}
