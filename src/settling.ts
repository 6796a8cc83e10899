import { Subscription, timer } from 'rxjs';
import type { Millis } from './audio.js';
import type { ConversationState } from './state/conversation.js';
import type { SessionState } from './state/session-state.js';
import { isSettled, mayFindTurn } from './state/settled.js';

/** Looks whether a conversation whose source has ended is over. */
export interface Settling {
  /** Something may have changed. */
  look(): void;
  stop(): void;
}

/** How long to wait for a provider that may still find the end of a turn. */
const lingerMs: Millis = 1000;

/** Calls `done`, perhaps more than once, when no answer is open or due, nothing is held, and the provider holds no audio in which it may find a turn. */
export const createSettling = (state: () => SessionState, isHolding: () => boolean, done: () => void): Settling => {
  let looked: ConversationState | undefined;
  let lingering = Subscription.EMPTY;

  return {
    look() {
      // What concerns the conversation not, a ping for example, gives no more time.
      if (looked === state().conversation && !lingering.closed) return;
      looked = state().conversation;
      lingering.unsubscribe();
      if (isHolding() || !isSettled(state())) return;
      // eslint-disable-next-line rxjs-x/no-ignored-error -- A timer has none.
      if (mayFindTurn(state())) lingering = timer(lingerMs).subscribe(done);
      else done();
    },
    stop: () => lingering.unsubscribe(),
  };
};
