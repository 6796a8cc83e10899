import type { Millis } from '../audio.js';
import type { Fault } from '../faults/fault.js';
import type { Respond, Script } from './answer.js';
import type { Transcribe } from './hearing.js';
import type { Pace } from './pace.js';
import type { ReplayConfig } from './replay.js';
import type { VoiceName } from './speech/voice.js';

/** How a simulator is to behave. */
export interface SimulatorConfig {
  /**
   * Port to listen on, to 65535; 0 takes a free one.
   * @default 0
   */
  readonly port?: number;
  /** @default '127.0.0.1' */
  readonly host?: string;
  /**
   * What each turn of a session says, from its first; every session begins at the beginning. After its end `respond` answers.
   * @default []
   */
  readonly script?: Script;
  /**
   * Answers the turns that the script has nothing for.
   * @default the built-in model: declared tools when their keywords come up, the weather, small talk
   */
  readonly respond?: Respond;
  /**
   * Understands what the user says, for turns whose words the script does not tell: asked once for each utterance, with
   * the last 2 minutes of its audio at most.
   * @default nothing understands speech: transcription fails, and says so
   */
  readonly transcribe?: Transcribe;
  /**
   * Plays a recorded session to every client instead of simulating one: a file, or a file and more.
   * @default simulated sessions
   */
  readonly replay?: string | ReplayConfig;
  /**
   * What goes wrong: one fault after another, each with what the one before has left.
   * @default []
   */
  readonly faults?: readonly Fault[];
  /**
   * For the dice of the faults: the same seed makes the same happen.
   * @default 0
   */
  readonly seed?: number;
  /**
   * After how long a session ends with `session_expired` and 1001, in milliseconds; more than 24 days are for ever.
   * @default 3600000, an hour
   */
  readonly sessionMs?: Millis;
  /**
   * How fast answers are sent.
   * @default 'service', 12 times as fast as they play
   */
  readonly pace?: Pace;
  /**
   * Who speaks. Without espeak-ng it is the built-in voice, whoever is asked for.
   * @default 'espeak-ng' where it is on the PATH, else 'built-in'
   */
  readonly voice?: VoiceName;
  /**
   * The keys that are let in, beside the secrets that were minted; others are turned away as the service does: 101,
   * `error`, close 3000.
   * @default every key, and none at all
   */
  readonly apiKeys?: readonly string[];
  /**
   * The models that there are; for others 101, `error`, close 4000.
   * @default every name
   */
  readonly models?: readonly string[];
}
