import type { Millis } from '../audio.js';
import type { OfType, VoiceEvent } from '../events.js';
import type { Operation, OperationObserver } from './operation.js';

/** A turn of the assistant: from the end of the user's until all of the answer was received, and heard where there is a loudspeaker. */
export interface TurnOperation {
  readonly operation: Operation;
  /** Whether its answer has begun. */
  readonly isAnswered: boolean;
  /** Whether nothing more is to come of it, though it may sound yet. */
  readonly isOver: boolean;
  /** Whether all of it has come, and nothing was heard. */
  readonly isUnheard: boolean;
  began(responseId: string): void;
  /** Audio of it has come. */
  spoke(): void;
  /** A response of it is over; `isLast` where no function is to run. */
  responded(responseId: string, at: Millis, isLast: boolean, error: string | undefined): void;
  called(): void;
  returned(at: Millis): void;
  played(
    event: OfType<VoiceEvent, 'playout.started' | 'playout.drained' | 'playout.flushed' | 'playout.failed'>,
    at: Millis,
  ): void;
  interrupted(): void;
  /** Somebody else has answered it. */
  answered(at: Millis, error: string | undefined): void;
  /** Ends it, if it has not ended. What nobody worked at any more ended when the last of its work did. */
  end(at: Millis, error?: string): void;
}

/**
 * @param isHeard Whether there is a loudspeaker, as far as is known.
 * @param ended Called once.
 */
export const turnOperation = (
  operation: Operation,
  { ended }: Pick<OperationObserver, 'ended'>,
  isHeard: () => boolean,
): TurnOperation => {
  const known = new Set<string>();
  const open = new Set<string>();
  let running = 0;
  let toolCalls = 0;
  let hasAudio = false;
  let sound: 'none' | 'awaited' | 'on' | 'over' = 'none';
  let isOver = false;
  let hasEnded = false;
  let isInterrupted = false;
  let failure: string | undefined;
  let workedAt: Millis | undefined;

  const finish = (at: Millis): void => {
    if (hasEnded) return;
    hasEnded = true;
    ended(operation, { at: Math.max(at, operation.startedAt), error: failure, toolCalls, isInterrupted, hasAudio });
  };
  const settle = (at: Millis): void => {
    if (isOver && sound !== 'on' && !(sound === 'awaited' && isHeard())) finish(at);
  };

  return {
    operation,
    get isAnswered() {
      return known.size > 0;
    },
    get isOver() {
      return isOver;
    },
    get isUnheard() {
      return isOver && sound === 'awaited';
    },
    began(responseId) {
      known.add(responseId);
      open.add(responseId);
    },
    spoke() {
      hasAudio = true;
      if (sound === 'none') sound = 'awaited';
    },
    responded(responseId, at, isLast, error) {
      open.delete(responseId);
      workedAt = at;
      failure = error;
      isOver = isLast && open.size === 0;
      settle(at);
    },
    called() {
      running += 1;
      toolCalls += 1;
    },
    returned(at) {
      running -= 1;
      workedAt = at;
    },
    played(event, at) {
      if (event.type === 'playout.started') {
        if (known.has(event.responseId)) sound = 'on';
        return;
      }
      if (event.type === 'playout.flushed') {
        isInterrupted ||= event.items.some(({ responseId, discardedMs }) => discardedMs > 0 && known.has(responseId));
      }
      if (event.type === 'playout.flushed' || sound === 'on') sound = 'over';
      settle(at);
    },
    interrupted() {
      isInterrupted = true;
    },
    answered(at, error) {
      failure = error;
      isOver = true;
      workedAt = at;
      settle(at);
    },
    end(at, error) {
      failure ??= error;
      const isIdle = workedAt !== undefined && open.size === 0 && running === 0 && sound !== 'on';
      finish(isIdle && error === undefined ? (workedAt ?? at) : at);
    },
  };
};
