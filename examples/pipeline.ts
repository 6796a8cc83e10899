/** The pure pipeline: a spoken question in, a spoken answer out. Everything is one Observable; nothing runs before `subscribe`. */

import { connect, lastValueFrom, map, merge, tap } from 'rxjs';
import { encode, ofType, realtime, simulator, vad } from 'rxvox';
import { openSocket, wavSink, wavSource } from 'rxvox/node';
import { startSimulator } from 'rxvox/simulator';

await using service = await startSimulator();

// With a microphone, a loudspeaker and a key: capture(), speaker() and openai({ apiKey }).
const conversation$ = wavSource('assets/question-tokyo-24k.wav').pipe(
  vad(),
  encode(),
  realtime(simulator({ url: service.url }), { openSocket, playout: wavSink('answer.wav') }),
  connect((event$) =>
    merge(
      event$.pipe(
        ofType('speech.stopped'),
        map(({ durationMs }) => `you spoke for ${durationMs} ms`),
      ),
      event$.pipe(
        ofType('response.output_audio_transcript.done'),
        map(({ transcript }) => `assistant: ${transcript}`),
      ),
      event$.pipe(
        ofType('playout.item_done'),
        map(({ playedMs }) => `played ${playedMs} ms`),
      ),
    ),
  ),
);

await lastValueFrom(conversation$.pipe(tap((line) => console.log(line))), { defaultValue: undefined });
