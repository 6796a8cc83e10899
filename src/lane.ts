import type { OperatorFunction } from 'rxjs';
import type { VoiceFrame } from './audio.js';
import type { Epic } from './epic.js';
import type { VoiceEvent } from './events.js';
import type { Provider } from './providers/provider.js';
import type { Tool } from './tool.js';
import type { SessionPatch } from './wire/session.js';

export type { LaneDecision, LaneFailed, LaneRequest, LaneSwitched } from './events.js';

/** A way to treat the caller's audio and the conversation, over a connection that stays open. */
export interface Lane {
  /** `fast`, `big`, or one of your own. */
  readonly name: string;
  /**
   * What becomes of the audio: `identity`, or stages that delay, look ahead, re-cut or change samples. It keeps the rate and the positions;
   * what it leaves out is filled from what came in, so that gates belong behind `switchLanes`. Events that it emits come out among the frames.
   */
  readonly audio: OperatorFunction<VoiceFrame, VoiceFrame | VoiceEvent>;
  /** Settings of the session while the lane is active. */
  readonly session?: SessionPatch;
  /**
   * Who answers while the lane is active, where that is not who answers in the others: another model, another service. `converse` keeps a session
   * with it ready, tells it the conversation when the lane is entered, and moves back when it is left. Its audio has the same formats.
   */
  readonly provider?: Provider;
  /** Epics that are alive while the lane is active. */
  readonly epics?: readonly Epic[];
  /**
   * What the model may call. `converse` declares it in every lane: only a model that knows of a tool asks for it, and leads the conversation
   * here; and it lets the tool finish when the lane is left.
   */
  readonly tools?: readonly Tool[];
  /**
   * Answers the user in place of the session's model while the lane is active: an epic that acts on `turn.delegated` of this lane. It lives as
   * long as the conversation, for what it has begun is answered whatever becomes of the lane.
   */
  readonly delegation?: Epic;
}

/** The reason of a decision that somebody asked for with `lane.request`: it waits for no cool-down. */
export const requestReason = 'lane.request';
