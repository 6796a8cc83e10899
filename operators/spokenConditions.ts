import {
  catchError,
  concat,
  defaultIfEmpty,
  defer,
  distinctUntilChanged,
  filter,
  from,
  ignoreElements,
  map,
  merge,
  type Observable,
  type ObservableInput,
  of,
  scan,
  switchMap,
  take,
  tap,
} from 'rxjs';
import type { AudioFrame, Millis } from '../src/audio.js';
import type { VoiceEvent } from '../src/events.js';
import { createRecentAudio } from '../src/recent-audio.js';
import { endsSentence, trailingWords } from '../src/sentence-end.js';
import { wait } from '../src/wait.js';
import { ofType } from './ofType.js';
import type { Reason, TurnCondition } from './turnConditions.js';

/**
 * The user's words of the turn so far, again with each that is added; empty when a turn begins. Items that had words
 * before belong to turns before.
 */
const wordsOfTurn = (events$: Observable<VoiceEvent>): Observable<string> =>
  events$.pipe(
    ofType(
      'turn.started',
      'conversation.item.input_audio_transcription.delta',
      'conversation.item.input_audio_transcription.completed',
    ),
    scan(
      ({ words, old }, event): Words => {
        if (event.type === 'turn.started') return { words: new Map(), old: new Set([...old, ...words.keys()].slice(-oldLimit)) };
        const { item_id: id } = event;
        if (old.has(id)) return { words, old };
        const said = 'transcript' in event ? event.transcript : (words.get(id) ?? '') + (event.delta ?? '');
        return { words: new Map([...words, [id, said]]), old };
      },
      { words: new Map(), old: new Set() } as Words,
    ),
    map(({ words }) => [...words.values()].join(' ')),
    distinctUntilChanged(),
  );

interface Words {
  readonly words: ReadonlyMap<string, string>;
  readonly old: ReadonlySet<string>;
}

/** How many items of turns before are remembered: their last words come soon after. */
const oldLimit = 16;

/** Settings of `finishedSentence`. */
export interface FinishedSentenceConfig {
  /**
   * Words after which more is to come, in lower case.
   * @default trailingWords: English conjunctions, articles, prepositions
   */
  readonly trailing?: readonly string[];
}

/**
 * Holds while the words of the turn end a sentence: by punctuation, and not with a word after which more is to come.
 * Needs a transcription that comes while the user speaks.
 */
export const finishedSentence = ({ trailing = trailingWords }: FinishedSentenceConfig = {}): TurnCondition => {
  const more = new Set(trailing);
  return (events$) =>
    wordsOfTurn(events$).pipe(
      map((words) => (endsSentence(words, more) ? 'sentence' : undefined)),
      distinctUntilChanged(),
    );
};

/** Settings of `wakePhrase`. */
export interface WakePhraseConfig {
  /**
   * How long it holds after the phrase, in milliseconds.
   * @default 10000
   */
  readonly awakeMs?: Millis;
}

/**
 * Holds for a while after the user has said the phrase, whatever the case and punctuation. Needs a transcription: one
 * that comes while the user speaks, or `turnStrategy({ unstarted: 'commit' })`.
 */
export const wakePhrase = (phrase: string, { awakeMs = 10_000 }: WakePhraseConfig = {}): TurnCondition => {
  const wanted = ` ${plain(phrase)} `;
  if (wanted.trim() === '') throw new RangeError('wakePhrase: the phrase has no words');
  if (!(awakeMs > 0)) throw new RangeError(`wakePhrase: awakeMs must be above 0, got ${awakeMs}`);
  return (events$) =>
    events$.pipe(
      ofType('conversation.item.input_audio_transcription.delta', 'conversation.item.input_audio_transcription.completed'),
      scan(
        ({ id, text, heard }, event) => {
          const now = 'transcript' in event ? event.transcript : (id === event.item_id ? text : '') + (event.delta ?? '');
          const isNew = !heard.includes(event.item_id) && ` ${plain(now)} `.includes(wanted);
          return { id: event.item_id, text: now, heard: isNew ? [...heard.slice(-oldLimit), event.item_id] : heard, isNew };
        },
        { id: '', text: '', heard: [] as readonly string[], isNew: false },
      ),
      filter(({ isNew }) => isNew),
      switchMap(() => concat(of('wake_phrase'), wait(awakeMs).pipe(map(() => undefined)))),
    );
};

/** Words alone, in lower case, one space between. */
const plain = (text: string): string => (text.toLowerCase().match(/[\p{L}\p{N}'’-]+/gu) ?? []).join(' ');

/**
 * Says how likely the user has finished, 0 to 1: an Observable, a promise, or `[probability]`.
 *
 * @param audio The last of what the microphone heard, pauses included.
 * @param transcript The words of the turn so far; '' where no transcription comes while the user speaks.
 */
export type EndOfTurnModel = (audio: AudioFrame, transcript: string) => ObservableInput<number>;

/** Settings of `endOfTurn`. */
export interface EndOfTurnConfig {
  /** What the microphone hears: the frames that go into `encode`, shared with it. */
  readonly frames$: Observable<AudioFrame>;
  /**
   * The lowest probability that ends the turn, 0 to 1.
   * @default 0.5
   */
  readonly threshold?: number;
  /**
   * How much audio the model is given at the most, in milliseconds.
   * @default 8000
   */
  readonly maxAudioMs?: Millis;
  /**
   * How long an answer is waited for, in milliseconds, above 0; `Infinity` waits for ever.
   * @default 1000
   */
  readonly timeoutMs?: Millis;
}

/**
 * Holds when a model of yours says that the user has finished. It is asked at each pause that the client's VAD hears;
 * its answer counts for nothing once the user speaks again. When it fails, gives no number, says nothing within
 * `timeoutMs`, or there is no audio to give it, the pause itself ends the turn.
 *
 * @throws RangeError on call, when `threshold` is outside 0 to 1, or `maxAudioMs` or `timeoutMs` not above 0.
 */
export const endOfTurn = (
  model: EndOfTurnModel,
  { frames$, threshold = 0.5, maxAudioMs = 8000, timeoutMs = 1000 }: EndOfTurnConfig,
): TurnCondition => {
  if (!(threshold >= 0 && threshold <= 1)) throw new RangeError(`endOfTurn: threshold must be 0 to 1, got ${threshold}`);
  if (!(maxAudioMs > 0)) throw new RangeError(`endOfTurn: maxAudioMs must be above 0, got ${maxAudioMs}`);
  if (!(timeoutMs > 0)) throw new RangeError(`endOfTurn: timeoutMs must be above 0, got ${timeoutMs}`);

  return (events$) =>
    defer(() => {
      const audio = createRecentAudio(maxAudioMs);
      let words = '';
      const ask = (): Observable<number> =>
        defer(() => {
          const heard = audio.joined();
          if (!heard) return of(1);
          const late$ = wait(timeoutMs).pipe(map(() => 1));
          return merge(from(model(heard, words)).pipe(defaultIfEmpty(1)), late$).pipe(take(1));
        }).pipe(catchError(() => of(1)));
      return merge(
        frames$.pipe(tap(audio.push), ignoreElements()),
        wordsOfTurn(events$).pipe(
          tap((said) => {
            words = said;
          }),
          ignoreElements(),
        ),
        events$.pipe(
          ofType('speech.started', 'speech.stopped'),
          switchMap(
            ({ type }): Observable<Reason> =>
              type === 'speech.started'
                ? of(undefined)
                : ask().pipe(map((probability) => (probability < threshold ? undefined : 'end_of_turn'))),
          ),
        ),
      );
    });
};
