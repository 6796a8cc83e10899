import { filter, ignoreElements, map, merge, type Observable, startWith, take, tap } from 'rxjs';
import type { Millis } from '../src/audio.js';
import type { VoiceEvent } from '../src/events.js';
import { itemOf } from '../src/state/conversation.js';
import type { SessionState } from '../src/state/session-state.js';
import { wait } from '../src/wait.js';
import { ofType } from './ofType.js';

/** Waits for the words of the user. */
export interface Understood {
  /** Follows what is understood; emits nothing. To be subscribed ahead of all else. */
  readonly following$: Observable<never>;
  /** Emits once: when what the user said last is in the conversation and its words are there or not to come, or `patienceMs` are over. */
  readonly when: () => Observable<true>;
}

const told = [
  'conversation.item.input_audio_transcription.completed',
  'conversation.item.input_audio_transcription.failed',
] as const;

/** Tells when the turn that has just ended is understood: at once where the session has no transcription. */
export const understood = (events$: Observable<VoiceEvent>, state: () => SessionState, patienceMs: Millis): Understood => {
  let latest = '';

  const isThere = (): boolean => {
    const { session, unacknowledged, items } = state().conversation;
    if (unacknowledged.some(({ type }) => type === 'input_audio_buffer.commit' || type === 'conversation.item.create'))
      return false;
    if (!(session?.audio?.input?.transcription ?? session?.input_audio_transcription)) return true;
    const item = items.lastId === undefined ? undefined : itemOf(state().conversation, items.lastId)?.item;
    const isSpoken =
      item?.type === 'message' && item.role === 'user' && (item.content ?? []).some(({ type }) => type === 'input_audio');
    return !isSpoken || item.id === latest;
  };

  return {
    following$: events$.pipe(
      ofType(...told),
      tap(({ item_id }) => {
        latest = item_id;
      }),
      ignoreElements(),
    ),
    when: () =>
      merge(
        events$.pipe(
          ofType('input_audio_buffer.committed', 'conversation.item.added', 'conversation.item.created', ...told),
          startWith(undefined),
          filter(isThere),
        ),
        wait(patienceMs),
      ).pipe(
        take(1),
        map(() => true as const),
      ),
  };
};
