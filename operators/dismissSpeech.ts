import { filter, map, scan, switchMap, timer } from 'rxjs';
import type { Millis } from '../src/audio.js';
import type { Epic } from '../src/epic.js';
import { floorBegins, floorEnds, floorsAfter, noFloors } from '../src/floors.js';
import { ofType } from './ofType.js';

/** How long a turn that has ended may take to be committed or answered, before it is taken for none. */
const patienceMs: Millis = 1000;

/** How long nobody waits for the user to be quiet: the longest turn of `monologue` as its examples have it; a VAD may take a noise for speech for ever. */
const longestMs: Millis = 60_000;

/**
 * The epic that looks whether a turn comes of what the user says: says `speech.dismissed` when he has been quiet for a second and nothing was
 * committed, ended or answered, or when he has not been quiet for a minute. Answers that `awaitTurn` holds then wait no longer.
 */
export const dismissSpeech: Epic = (events$, state) =>
  events$.pipe(
    ofType(...floorBegins, ...floorEnds),
    scan((floors, { type }) => floorsAfter(floors, type), noFloors),
    switchMap((floors) => timer(floors.size > 0 ? longestMs : patienceMs)),
    filter(() => state().speech.isDue),
    map(() => ({ type: 'speech.dismissed' })),
  );
