import type { Observable } from 'rxjs';
import type { AudioFrame } from '../audio.js';
import type { RecordingEvent, VoiceEvent } from '../events.js';
import type { WireMessage } from './tap-wire.js';

/** A call, as a recorder sees it; all of it is hot, and must be subscribed to at once. */
export interface RecordedCall {
  /** Everything that happens. Completes when the call is over, also where it ended with an error. */
  readonly events$: Observable<VoiceEvent>;
  /** The user's audio as it leaves the lanes. */
  readonly voice$: Observable<AudioFrame>;
  /** The same as it comes from the microphone, which keeps the time: lanes may hold audio. */
  readonly captured$: Observable<AudioFrame>;
  /** What goes over the sockets, both ways, without the keys. */
  readonly wire$: Observable<WireMessage>;
}

/**
 * Saves a call. Subscribing begins, unsubscribing ends, and leaves nothing open.
 *
 * Emits `recording.started`, and `recording.failed` at most once; completes when the call is over and all of it is saved. Never errors: the call
 * does not depend on it.
 */
export type Recorder = (call: RecordedCall) => Observable<RecordingEvent>;
