import { concatMap, defer, distinctUntilChanged, EMPTY, map, merge, Subject, switchMap, tap } from 'rxjs';
import type { Millis } from '../src/audio.js';
import type { Epic } from '../src/epic.js';
import type { TranscriptConfig } from '../src/state/transcript.js';
import { createTranscriptTeller } from '../src/transcript-teller.js';
import { wait } from '../src/wait.js';
import { ofType } from './ofType.js';

/** Settings of `transcripts`. */
export interface TranscriptsConfig extends TranscriptConfig {
  /**
   * How long items wait for the words of the user before them, in milliseconds since the last that came. Words that come
   * later are told no more; `transcriptOf` has them.
   * @default 5000
   */
  readonly patienceMs?: Millis;
}

/**
 * The epic of transcripts: says `transcript.user` and `transcript.assistant` with the words of each item so far, and once
 * with all of them. Item after item in the order of the conversation, whatever the order in which words arrive: the
 * answer's wait for the question's, which the service often tells last.
 *
 * The assistant's words are those that the loudspeaker has played, and end where speech was cut; with
 * `words: 'received'` they are all that came, which is the only choice without a playout, and what it comes to when that fails. Tells of items that are added
 * after it is subscribed, and nothing of those without words.
 *
 * @throws RangeError on call, when `patienceMs` is not above 0.
 */
export const transcripts = ({ words = 'heard', patienceMs = 5000 }: TranscriptsConfig = {}): Epic => {
  if (!(patienceMs > 0)) throw new RangeError(`transcripts: patienceMs must be above 0, got ${patienceMs}`);

  return (events$, state) =>
    defer(() => {
      const teller = createTranscriptTeller(state(), words);
      const awaited$ = new Subject<string | undefined>();
      const told$ = events$.pipe(
        ofType(
          'conversation.item.added',
          'conversation.item.created',
          'conversation.item.done',
          'conversation.item.deleted',
          'conversation.item.input_audio_transcription.delta',
          'conversation.item.input_audio_transcription.completed',
          'conversation.item.input_audio_transcription.failed',
          'response.output_item.done',
          'response.output_audio_transcript.delta',
          'response.output_audio_transcript.done',
          'response.output_text.delta',
          'response.output_text.done',
          'response.done',
          'playout.progress',
          'playout.item_done',
          'playout.flushed',
          'playout.failed',
        ),
        map((event) => teller.heard(event, state())),
        tap({ next: () => awaited$.next(teller.awaited), complete: () => awaited$.complete() }),
      );
      const late$ = awaited$.pipe(
        distinctUntilChanged(),
        switchMap((awaited) => (awaited === undefined ? EMPTY : wait(patienceMs).pipe(map(() => awaited)))),
        map((awaited) => teller.giveUp(awaited.split(' ')[0] ?? '', state())),
      );
      return merge(late$, told$).pipe(concatMap((told) => told));
    });
};
