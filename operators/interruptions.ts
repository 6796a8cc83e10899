import { defer, EMPTY, filter, forkJoin, map, merge, type Observable, of, startWith, switchMap, take, takeWhile } from 'rxjs';
import type { Millis } from '../src/audio.js';
import type { VoiceEvent } from '../src/events.js';
import { type ConversationItem, itemOf } from '../src/state/conversation.js';
import type { SessionState } from '../src/state/session-state.js';
import { wait } from '../src/wait.js';
import { ofType } from './ofType.js';

/** What to do about speech over the assistant. */
export type Verdict = 'interrupt' | 'pause' | 'resume';

/**
 * Decides about one utterance over the assistant. Subscribed when it begins; `events$` are those that follow.
 * Completing without a verdict lets the assistant speak on.
 */
export type InterruptionPolicy = (events$: Observable<VoiceEvent>, state: () => SessionState) => Observable<Verdict>;

const interrupt: Observable<Verdict> = of('interrupt');

/** Any speech interrupts, at once. */
export const atOnce: InterruptionPolicy = () => interrupt;

/** Speech interrupts once it has lasted `ms`, counted in samples of the client's VAD. */
export const minSpeechMs = (ms: Millis = 500): InterruptionPolicy => {
  if (!(ms >= 0)) throw new RangeError(`minSpeechMs: ms must be 0 or more, got ${ms}`);
  return (events$) =>
    events$.pipe(
      ofType('speech.progress', 'speech.stopped'),
      takeWhile(({ type, durationMs }) => type === 'speech.progress' && durationMs < ms, true),
      filter(({ durationMs }) => durationMs >= ms),
      map(() => 'interrupt'),
    );
};

/** Words that say that one listens, and nothing else; English, and others may be given. */
export const backchannelWords: readonly string[] = [
  'yes',
  'yeah',
  'yep',
  'ok',
  'okay',
  'right',
  'sure',
  'mhm',
  'mm',
  'hmm',
  'uh',
  'huh',
  'aha',
  'oh',
  'ah',
];

/**
 * Speech interrupts once `count` words of it were transcribed, `ignored` ones not counted. Needs a transcription that
 * comes while the user speaks.
 */
export const minWords = (count: number, { ignored = [] }: { readonly ignored?: readonly string[] } = {}): InterruptionPolicy => {
  if (!(count >= 1)) throw new RangeError(`minWords: count must be 1 or more, got ${count}`);
  const listening = new Set(ignored.map((word) => word.toLowerCase()));
  const spoken = (text: string): number =>
    (text.toLowerCase().match(/[\p{L}\p{N}'’-]+/gu) ?? []).filter((word) => !listening.has(word)).length;
  return (events$, state) =>
    defer(() => {
      const earlier = state().conversation;
      let text = '';
      return events$.pipe(
        ofType('conversation.item.input_audio_transcription.delta', 'conversation.item.input_audio_transcription.completed'),
        // What the assistant answers is often transcribed only while it does.
        filter(({ item_id }) => !itemOf(earlier, item_id)),
        map((event) => {
          text = 'transcript' in event ? event.transcript : text + (event.delta ?? '');
          return { isEnough: spoken(text) >= count, isLast: 'transcript' in event };
        }),
        takeWhile(({ isEnough, isLast }) => !isEnough && !isLast, true),
        filter(({ isEnough }) => isEnough),
        map((): Verdict => 'interrupt'),
      );
    });
};

/** Speech interrupts unless all it says is that one listens. Needs a transcription that comes while the user speaks. */
export const notBackchannel = (words: readonly string[] = backchannelWords): InterruptionPolicy =>
  minWords(1, { ignored: words });

/** Nothing interrupts items of which `isUninterruptible` says so, a legal notice for example. */
export const uninterruptible =
  (isUninterruptible: (item: ConversationItem) => boolean): InterruptionPolicy =>
  (_, state) =>
    defer(() => {
      const { playout, conversation } = state();
      const item = playout.itemId === undefined ? undefined : itemOf(conversation, playout.itemId);
      return item && isUninterruptible(item) ? EMPTY : interrupt;
    });

/** Nothing interrupts the first `ms` of the assistant's sound, in which an echo canceller has yet to learn the room. */
export const warmUp =
  (ms: Millis = 3000): InterruptionPolicy =>
  (_, state) =>
    defer(() => (state().playout.totalMs < ms ? EMPTY : interrupt));

/** Interrupts when all of these would. */
export const allOf =
  (...policies: readonly InterruptionPolicy[]): InterruptionPolicy =>
  (events$, state) =>
    forkJoin(policies.map((policy) => policy(events$, state).pipe(filter(isInterrupt), take(1)))).pipe(map(() => 'interrupt'));

/** Interrupts when one of these would. */
export const anyOf =
  (...policies: readonly InterruptionPolicy[]): InterruptionPolicy =>
  (events$, state) =>
    merge(...policies.map((policy) => policy(events$, state))).pipe(filter(isInterrupt), take(1));

/** Settings of `pauseFirst`. */
export interface PauseFirstConfig {
  /**
   * How long to wait for a turn, in milliseconds, since the user was last heard.
   * @default 2000
   */
  readonly resumeAfterMs?: Millis;
}

/**
 * Silences the assistant at the first sound, and makes up its mind later: interrupts when a turn follows, and otherwise
 * lets the assistant go on from the very sample. What is a turn is the turn strategy's to say (`turn.ended`, or a
 * commit). Set `interrupt_response` and `create_response` off: the service would not wait.
 */
export const pauseFirst =
  ({ resumeAfterMs = 2000 }: PauseFirstConfig = {}): InterruptionPolicy =>
  (events$) => {
    const turn$ = events$.pipe(ofType('turn.ended', 'input_audio_buffer.committed'), take(1));
    const quiet$ = events$.pipe(
      ofType('speech.started', 'speech.progress', 'speech.stopped'),
      startWith(undefined),
      switchMap(() => wait(resumeAfterMs)),
    );
    const later$ = merge(turn$.pipe(map((): Verdict => 'interrupt')), quiet$.pipe(map((): Verdict => 'resume'))).pipe(take(1));
    return merge(of<Verdict>('pause'), later$);
  };

const isInterrupt = (verdict: Verdict): boolean => verdict === 'interrupt';
