/**
 * `npm run smoke:live [URL]`: a short conversation with the real service, which costs a few cents: text, speech, a function, words said word for word.
 * Without OPENAI_API_KEY it says so and does nothing. Prints no key and no words; exits with 1 when something does not work.
 */
import assert from 'node:assert/strict';
import { filter, firstValueFrom, map, merge, type Observable, take, tap, timeout } from 'rxjs';
import { type EngineEvent, ofType, tool } from 'rxvox';
import { VoiceEngine, wavSource } from 'rxvox/node';

/** How long the service may take for one thing. */
const patienceMs = 30_000;

const weather = tool({
  name: 'get_weather',
  description: 'The weather in a city, now',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  run: ({ city }) => ({ city, degrees: 22, sky: 'clear' }),
});

const talk = async (endpoint: string | undefined): Promise<void> => {
  await using engine = new VoiceEngine(
    {
      instructions: 'Be brief. Always call get_weather when you are asked about the weather.',
      tools: [weather],
      budgetUsd: 0.5,
      ...(endpoint === undefined ? {} : { metadata: { endpoint } }),
    },
    { microphone: () => wavSource('assets/question-tokyo-24k.wav'), loudspeaker: undefined },
  );
  const fatal$ = engine.events$.pipe(
    ofType('engine.error'),
    filter(({ recoverable }) => !recoverable),
    tap(({ error }) => {
      throw error;
    }),
  );
  /** Whether it comes, after `act`. */
  const come = async (what: string, sign$: Observable<unknown>, act: () => Promise<unknown>): Promise<void> => {
    const come$ = merge(sign$, fatal$).pipe(
      map(() => performance.now()),
      take(1),
      timeout({ first: patienceMs }),
    );
    const startedAt = performance.now();
    const [cameAt] = await Promise.all([firstValueFrom(come$, { defaultValue: Number.NaN }), act()]);
    console.log(`ok: ${what}, ${Math.round(cameAt - startedAt)} ms`);
  };
  const answer$ = engine.events$.pipe(
    filter((event: EngineEvent) => event.type === 'text.output' && !event.isPartial && event.text.trim().length > 0),
  );

  await come('connected', engine.events$.pipe(ofType('turn.conversation_started')), () => engine.connect());
  await come('text is answered', answer$, () => engine.sendText('Say good morning.'));
  const called$ = engine.events$.pipe(ofType('tool.succeeded'));
  await come('speech calls a function', called$, () => engine.startListening());
  await come('and is answered', answer$, () => Promise.resolve());
  const pcm = await engine.textToAudioResponse('Your table is ready.', { timeoutMs: patienceMs });
  console.log(`ok: text to speech, ${(pcm.length / 48_000).toFixed(1)} s of audio`);

  const { functionCalls, responses, audioSeconds } = engine.getUsage();
  assert.ok(functionCalls >= 1 && responses >= 3 && audioSeconds.output > 0, 'usage is counted');
  const { total, complete } = engine.estimateCost();
  assert.ok(total > 0, 'what is used costs something');
  console.log(`ok: ${responses} responses, ${complete ? '' : 'at least '}${total.toFixed(4)} USD`);
};

if (!process.env.OPENAI_API_KEY) console.log('smoke:live: skipped, for OPENAI_API_KEY is not set');
else {
  await talk(process.argv[2]);
  console.log('ok: disconnected');
}
