/** One assistant, several languages: each caller is written down and answered in their own. */

import { VoiceEngine } from 'rxvox/node';
import { startSimulator } from 'rxvox/simulator';

const answers = { Spanish: 'Abrimos a las nueve.', French: 'Nous ouvrons à neuf heures.', German: 'Wir öffnen um neun Uhr.' };
// The simulator speaks the language that it is told to.
await using service = await startSimulator({
  respond: ({ instructions }) => ({
    text: Object.entries(answers).find(([name]) => instructions.includes(`Answer in ${name}`))?.[1] ?? 'We open at nine.',
  }),
});

for (const language of ['es', 'fr', 'de', 'en']) {
  // With a key: VoiceEngine.open({ apiKey, language, instructions }).
  await using engine = await VoiceEngine.open(
    {
      language,
      instructions: 'You tell the opening hours of a shop.',
      provider: 'simulator',
      metadata: { endpoint: service.url },
      onTextResponse: (text) => console.log(`${language}: ${text}`),
    },
    { loudspeaker: undefined },
  );
  const answered = new Promise((resolve) => engine.events.once('turn.response_completed', resolve));
  await engine.sendText('When do you open?');
  await answered;
}
