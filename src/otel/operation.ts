import type { Millis } from '../audio.js';
import type { Usage } from '../wire/usage.js';

/** Something that takes time: a turn of the assistant, an answer of the model within it, a function that it calls. */
export interface Operation {
  readonly kind: 'turn' | 'response' | 'tool';
  /** The provider's id of the response, the id of the call; '' for turns. */
  readonly id: string;
  /** The tool's. */
  readonly name?: string;
  /** Milliseconds since 1970. */
  readonly startedAt: Millis;
  /** The turn that it is part of. */
  readonly turn?: Operation | undefined;
}

/** How it ended. */
export interface Outcome {
  /** Milliseconds since 1970, not before `startedAt`. */
  readonly at: Millis;
  /** What went wrong: a code, never a message. */
  readonly error?: string | undefined;
  /** A turn's: how many functions were called. */
  readonly toolCalls?: number;
  /** A turn's: whether something of it was thrown away unheard. */
  readonly isInterrupted?: boolean;
  /** A response's: `completed`, `cancelled`, `incomplete`, `failed`; undefined where nobody has said. */
  readonly status?: string | undefined;
  readonly usage?: Usage | undefined;
  /** A response's: when its first audio or text came. */
  readonly firstChunkAt?: Millis | undefined;
  /** Whether it has spoken. */
  readonly hasAudio?: boolean;
}

/** Told of each operation, when it begins and when it ends: once each, turns around what is part of them. */
export interface OperationObserver {
  started(operation: Operation): void;
  ended(operation: Operation, outcome: Outcome): void;
}
