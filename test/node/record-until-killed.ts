import { interval, map, merge, NEVER, share, tap } from 'rxjs';
import type { AudioFrame } from '../../src/audio.js';
import type { VoiceEvent } from '../../src/events.js';
import { saveRecording } from '../../src/node/save-recording.js';

// Records a user who never stops, and says how many samples the recorder was given.

const frame$ = interval(20).pipe(
  map((index): AudioFrame => ({ samples: new Int16Array(480).fill(1000), sampleRate: 24_000, position: 480 * index })),
  share(),
);
const events$ = frame$.pipe(
  map(({ position }): VoiceEvent => ({ type: 'speech.progress', position: position + 480, durationMs: (position + 480) / 24 })),
);
const call = { events$, voice$: frame$, captured$: frame$, wire$: NEVER };
const recording$ = saveRecording({ path: process.argv[2] ?? '' })(call);
merge(recording$, frame$.pipe(tap(({ position }) => process.stdout.write(`${position + 480}\n`)))).subscribe();
