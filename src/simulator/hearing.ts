import type { ObservableInput } from 'rxjs';
import { catchError, defaultIfEmpty, defer, from, isObservable, map, type Observable, of, shareReplay, take } from 'rxjs';
import type { Hertz, Millis } from '../audio.js';

/** What the user said, before anybody has understood it. */
export interface Utterance {
  /** Number of the utterance in this session, from 0. */
  readonly index: number;
  /** Mono PCM16. */
  readonly samples: Int16Array;
  /** 24000, or 8000 with G.711. */
  readonly sampleRate: Hertz;
  /** The model, language and prompt that the session asked to transcribe with. */
  readonly settings: { readonly model?: string; readonly language?: string | null; readonly prompt?: string | null };
}

/** Understands speech: the words, or undefined where it cannot tell. Throwing makes the transcription fail. */
export type Transcribe = (utterance: Utterance) => string | undefined | ObservableInput<string | undefined>;

/** The words of an utterance, or why there are none. */
export type Hearing = { readonly words: string } | { readonly failure: string };

const untold: Hearing = {
  failure:
    'The simulator understands no speech: tell the words with `transcript` in the script, or give a `transcribe` function.',
};

const isWords = (given: ReturnType<Transcribe>): given is string | undefined =>
  given === undefined || (typeof given === 'string' && !isObservable(given));

const hearingOf = (words: string | undefined): Hearing => (words === undefined ? untold : { words });

/** Asks the user's function, once for all who want to know; never errors. */
const asked = (transcribe: Transcribe, utterance: Utterance): Observable<Hearing> =>
  defer(() => {
    const given = transcribe(utterance);
    return isWords(given) ? of(given) : from(given).pipe(take(1), defaultIfEmpty(undefined));
  }).pipe(
    map(hearingOf),
    catchError((error: unknown) => of({ failure: error instanceof Error ? error.message : 'The transcription failed.' })),
    shareReplay({ bufferSize: 1, refCount: true }),
  );

/** What is heard of an utterance: what the script tells, else what the user's function says, else nothing. */
export const hearing = (
  told: string | undefined,
  transcribe: Transcribe | undefined,
  utterance: () => Utterance,
): Observable<Hearing> => (told !== undefined || !transcribe ? of(hearingOf(told)) : asked(transcribe, utterance()));

/** Longest piece of audio that is kept for the user's function. */
export const longestUtteranceMs: Millis = 120_000;
