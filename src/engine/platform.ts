import type { Observable } from 'rxjs';
import type { Loudspeaker } from '../../operators/audio/withReference.js';
import type { Microphone } from '../../operators/survivingSource.js';
import type { AudioFrame, Hertz, Millis } from '../audio.js';
import type { Playout } from '../epic.js';
import type { OpenSocket } from '../providers/provider.js';
import type { Recorder } from './recorder.js';

/** What a `VoiceEngine` runs on: sockets, and where there are any, devices. `rxvox/node` has one for Node. */
export interface Platform {
  /** How sockets are opened. */
  readonly openSocket: OpenSocket;
  /**
   * Opens a microphone.
   *
   * @default none: audio is given with `sendAudio`
   */
  microphone?(config: MicrophoneConfig): Microphone | Observable<AudioFrame>;
  /**
   * Opens a loudspeaker. One with `reference$`, what it is given, can be told from the user's voice: `echoCancellation`.
   *
   * @default none: audio is told in events
   */
  loudspeaker?(config: LoudspeakerConfig): Playout | Loudspeaker;
  /**
   * Saves conversations, for `saveAudio`.
   *
   * @default none: `saveAudio` is told to have failed
   */
  recorder?(config: RecorderConfig): Recorder;
  /** The key to use where the configuration has none. */
  apiKey?(): string | undefined;
  /**
   * Emits and completes when everything that this platform has opened is closed.
   *
   * @default at once
   */
  readonly closed$?: Observable<unknown>;
}

/** Which microphone, and how it is to record. */
export interface MicrophoneConfig {
  /** Id or name; undefined for the default one. */
  readonly device: string | undefined;
  readonly sampleRate: Hertz;
  readonly chunkMs: Millis;
}

/** Where conversations are saved. */
export interface RecorderConfig {
  /** The folder to save in. */
  readonly path: string;
}

/** Which loudspeaker. */
export interface LoudspeakerConfig {
  /** Id or name; undefined for the default one. */
  readonly device: string | undefined;
}
