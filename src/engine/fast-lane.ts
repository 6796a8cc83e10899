import { identity } from 'rxjs';
import type { Epic } from '../epic.js';
import type { Lane } from '../lane.js';
import type { SessionPatch } from '../wire/session.js';

/** What the fast lane has. */
export interface FastLaneConfig {
  /** @default 'fast' */
  readonly name?: string;
  /**
   * Settings of the session while the lane is active.
   * @default none
   */
  readonly session?: SessionPatch;
  /**
   * Epics that are alive while the lane is active.
   * @default []
   */
  readonly epics?: readonly Epic[];
}

/** The lane of the shortest way: the audio goes through as it is. */
export const fastLane = ({ name = 'fast', session, epics = [] }: FastLaneConfig = {}): Lane => ({
  name,
  audio: identity,
  ...(session ? { session } : {}),
  epics,
});
