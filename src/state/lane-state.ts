import type { Command, VoiceEvent } from '../events.js';
import type { ClientEventOf } from '../wire/client-event.js';

/** Which lane the provider answers in, and whether what the user said waits for the right one. */
export interface LaneState {
  /** The lane whose settings were sent last; '' where there are no lanes. */
  readonly lane: string;
  /** The lane that what the user said was found to need; undefined while nothing was found. */
  readonly decided: string | undefined;
  /** Whether the provider has words of the user, and was not asked to answer them. */
  readonly isAwaited: boolean;
  /** Whether it was too late for a decision about them. */
  readonly isOverdue: boolean;
  /** Whether the user speaks on before that: what was decided is about the beginning alone. */
  readonly isContinued: boolean;
  /** Turns that the client has ended, and the provider has not confirmed. */
  readonly committing: number;
}

export const initialLaneState: LaneState = {
  lane: '',
  decided: undefined,
  isAwaited: false,
  isOverdue: false,
  isContinued: false,
  committing: 0,
};

/** Follows lanes, and the user's words from their beginning until an answer is asked for. */
export const laneState = (state: LaneState, entry: VoiceEvent | Command): LaneState => {
  switch (entry.type) {
    case 'lane.entered':
      return { ...state, lane: entry.lane };
    case 'lane.decided':
      return { ...state, decided: entry.lane };
    case 'lane.overdue':
      return { ...state, isOverdue: true };
    // What is decided while the user speaks is about what is said.
    case 'speech.started':
      return state.isAwaited ? { ...state, isContinued: true } : { ...state, decided: undefined };
    case 'turn.started':
      return state.isAwaited ? state : { ...state, decided: undefined };
    case 'input_audio_buffer.commit':
      return { ...awaited(state), committing: state.committing + 1 };
    case 'input_audio_buffer.committed':
      // A turn that the provider has found by itself begins to wait only now.
      return state.committing > 0 ? { ...state, committing: state.committing - 1 } : awaited(state);
    case 'connection.lost':
    case 'connection.rotating':
      return state.committing > 0 ? { ...state, committing: 0 } : state;
    case 'conversation.item.create':
      return isOfUser(entry) ? { ...awaited(state), decided: undefined } : state;
    case 'turn.delegated':
      return answered(state);
    case 'response.create':
      return entry.response?.conversation === 'none' ? state : answered(state);
    default:
      return state;
  }
};

const awaited = (state: LaneState): LaneState => ({
  ...state,
  decided: state.isContinued ? undefined : state.decided,
  isAwaited: true,
  isOverdue: false,
  isContinued: false,
});

const answered = (state: LaneState): LaneState => ({ ...state, decided: undefined, isAwaited: false, isContinued: false });

const isOfUser = ({ item }: ClientEventOf<'conversation.item.create'>): boolean =>
  item.type === 'message' && item.role === 'user';
