/** A pipeline of one's own: a shy speaker is amplified ahead of the VAD, and an epic watches how long answers take. */

import { ignoreElements, lastValueFrom, map, switchMap, take, tap } from 'rxjs';
import { clock, type Epic, encode, ofType, realtime, simulator, vad } from 'rxvox';
import { openSocket, wavSource } from 'rxvox/node';
import { startSimulator } from 'rxvox/simulator';
import { amplify } from './amplify.js';

/** Epics turn events into commands and further events; this one only watches. */
const watchAnswers: Epic = (events$) =>
  events$.pipe(
    ofType('input_audio_buffer.committed'),
    map(() => clock.now()),
    switchMap((committedAt) =>
      events$.pipe(
        ofType('response.output_audio.delta'),
        take(1),
        tap(() => console.log(`first audio ${Math.round(clock.now() - committedAt)} ms after the turn was committed`)),
      ),
    ),
    ignoreElements(),
  );

await using service = await startSimulator({ script: ['It is sunny in Tokyo.'] });

const answers$ = wavSource('assets/question-tokyo-24k.wav').pipe(
  amplify({ db: 6 }),
  vad({ threshold: 0.03 }),
  encode({ preRollMs: 200 }),
  realtime(simulator({ url: service.url }), { openSocket, epics: [watchAnswers] }),
  ofType('response.output_audio_transcript.done'),
);

await lastValueFrom(answers$.pipe(tap(({ transcript }) => console.log(`assistant: ${transcript}`))), { defaultValue: undefined });
