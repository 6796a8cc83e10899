/** The pure pipeline: a spoken question in, a spoken answer out. Everything is one Observable; nothing runs before `subscribe`. */

import { lastValueFrom, share, tap } from 'rxjs';
import { encode, ofType, realtime, simulator, vad } from 'rxvox';
import { openSocket, wavSink, wavSource } from 'rxvox/node';
import { startSimulator } from 'rxvox/simulator';

await using service = await startSimulator();

// With a microphone, a loudspeaker and a key: capture(), speaker() and openai({ apiKey }).
const conversation$ = wavSource('assets/question-tokyo-24k.wav').pipe(
  vad(),
  encode(),
  realtime(simulator({ url: service.url }), { openSocket, playout: wavSink('answer.wav') }),
  share(),
);

conversation$.pipe(ofType('speech.stopped')).subscribe(({ durationMs }) => console.log(`you spoke for ${durationMs} ms`));
conversation$
  .pipe(ofType('response.output_audio_transcript.done'))
  .subscribe(({ transcript }) => console.log(`assistant: ${transcript}`));

await lastValueFrom(
  conversation$.pipe(
    ofType('playout.item_done'),
    tap(({ playedMs }) => console.log(`played ${playedMs} ms`)),
  ),
);
