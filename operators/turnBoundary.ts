import { EMPTY, filter, ignoreElements, type Observable, startWith, switchMap, take, tap, timer } from 'rxjs';
import type { Millis } from '../src/audio.js';
import type { OfType, VoiceEvent } from '../src/events.js';
import type { SessionState } from '../src/state/session-state.js';
import { isTurnBoundary } from '../src/state/settled.js';
import { ofType } from './ofType.js';

/** How long a turn of the user may take to be answered, before it is taken for one that is not. */
const patienceMs: Millis = 1000;

/** What begins or ends whose turn it is. */
const turns = [
  'speech.started',
  'speech.stopped',
  'input_audio_buffer.speech_started',
  'input_audio_buffer.speech_stopped',
  'input_audio_buffer.committed',
  'turn.started',
  'turn.ended',
  'turn.abandoned',
  'turn.delegated',
  'response.created',
] as const;

/** What else may be the last of a turn. */
const ends = [
  'response.done',
  'playout.drained',
  'playout.flushed',
  'playout.failed',
  'tool.succeeded',
  'tool.failed',
  'tool.timed_out',
  'turn.delegation_ended',
  'turn.delegation_failed',
  'connection.established',
  'connection.restored',
  'error',
] as const;

export interface TurnBoundary {
  /** Follows whose turn it is; emits nothing. To be subscribed ahead of all else. */
  readonly following$: Observable<never>;
  /** Emits once, when nobody is in the midst of something, and completes: at once if that is so already. */
  readonly boundary$: Observable<unknown>;
}

/**
 * Finds the moment between two turns: nobody speaks, no answer is open or due, no tool runs, nothing sounds. A turn of the user or a call of a function
 * that nothing answers within a second holds it up no longer.
 */
export const turnBoundary = (events$: Observable<VoiceEvent>, state: () => SessionState): TurnBoundary => {
  /** Whether rules of turns hold the user's open. */
  let isOpen = false;
  /** Whether the user had a turn that nothing answers yet. */
  let isUnanswered = false;

  const follow = (event: OfType<VoiceEvent, (typeof turns)[number]>): void => {
    if (event.type.startsWith('turn.')) isOpen = event.type === 'turn.started';
    if (event.type === 'response.created') isUnanswered &&= event.response.conversation_id === null;
    else isUnanswered = event.type !== 'turn.abandoned';
  };
  const isBoundary = (): boolean => !isOpen && isTurnBoundary(state());
  const isPatient = (): boolean => isUnanswered || state().conversation.pendingCalls.size > 0;

  return {
    following$: events$.pipe(ofType(...turns), tap(follow), ignoreElements()),
    boundary$: events$.pipe(
      ofType(...turns, ...ends),
      startWith(undefined),
      // What the epics answer to the same event comes before a timer does.
      switchMap(() => (isBoundary() ? timer(isPatient() ? patienceMs : 0) : EMPTY)),
      filter(isBoundary),
      take(1),
    ),
  };
};
