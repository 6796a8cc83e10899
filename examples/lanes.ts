/** Two lanes: small talk takes the shortest way; tools, sums and music lead the conversation to the big lane, and back. */

import { concatMap, filter, lastValueFrom, map, of, tap } from 'rxjs';
import { bigLane, converse, type Epic, fastLane, ofType, resample, simulator, tool, type VoiceEvent } from 'rxvox';
import { openSocket, wavSink, wavSource } from 'rxvox/node';
import { startSimulator } from 'rxvox/simulator';

const weather = tool({
  name: 'get_weather',
  description: 'The weather in a city, now',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  run: ({ city }) => ({ city, degrees: 22, sky: 'clear' }),
});
const calculator = tool({
  name: 'calculate',
  description: 'Calculate a product of two numbers',
  parameters: { type: 'object', properties: { expression: { type: 'string' } }, required: ['expression'] },
  run({ expression }) {
    const [a = Number.NaN, b = Number.NaN] = String(expression).match(/\d+/g)?.map(Number) ?? [];
    return `That is ${a * b}.`;
  },
});
const music = tool({
  name: 'play_music',
  description: 'Play some music',
  parameters: { type: 'object', properties: {} },
  run: () => 'With pleasure.',
});

/** Two seconds of a tone that dies away, at 24 kHz. */
const tune = Int16Array.from(
  { length: 48_000 },
  (_, at) => 8000 * Math.exp(-at / 16_000) * Math.sin((2 * Math.PI * 440 * at) / 24_000),
);

/** A sound of the lane's own: mixed under what the assistant says. */
const playTune: Epic = (events$) =>
  events$.pipe(
    ofType('tool.succeeded'),
    filter(({ functionName }) => functionName === music.name),
    map(() => ({ type: 'playout.play', id: 'tune', source$: of(tune) })),
  );

const said = ['How are you?', "What's the weather in Tokyo?", 'Calculate 23*45.', 'Play some music.', 'Thanks!'];
// The simulator does not understand speech: it is told what each turn says.
await using service = await startSimulator({ script: said.map((transcript) => ({ transcript })) });

const conversation$ = converse({
  provider: simulator({ url: service.url }),
  openSocket,
  input: wavSource('assets/lanes-8k.wav').pipe(resample({ to: 24_000 })),
  playout: wavSink('answer.wav'),
  transcription: { model: 'gpt-4o-mini-transcribe' },
  lanes: [fastLane(), bigLane({ tools: [weather, calculator, music], epics: [playTune] })],
});

const lineOf = (event: VoiceEvent): readonly string[] => {
  switch (event.type) {
    case 'conversation.item.input_audio_transcription.completed':
      return [`you: ${event.transcript}`];
    case 'lane.switched':
      return [`  ${event.from} → ${event.to}: ${event.reason}`];
    case 'tool.invoked':
      return [`  ${event.functionName}(${JSON.stringify(event.arguments)})`];
    case 'response.output_audio_transcript.done':
      return [`assistant: ${event.transcript}`];
    case 'playout.sound_started':
      return [`  ♪ ${event.id}`];
    default:
      return [];
  }
};

await lastValueFrom(
  conversation$.pipe(
    concatMap(lineOf),
    tap((line) => console.log(line)),
  ),
  { defaultValue: undefined },
);
