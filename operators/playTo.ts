import type { Observable } from 'rxjs';
import type { Hertz } from '../src/audio.js';

/** A loudspeaker or a file, open. */
export interface AudioSink {
  /** Queues samples; the device takes them in order. The array is not changed afterwards. */
  write(samples: Int16Array): void;
  /** Throws away what the device has not taken. */
  flush(): void;
  /** How many samples the device has taken since it was opened, at each take. Errors with `AudioError` when the device is lost. */
  readonly taken$: Observable<number>;
  /** How many samples to keep queued ahead of the device: at least three of its buffers. */
  readonly aheadSamples: number;
}

/** Opens a sink at a sample rate: subscribing opens, emits the sink once, unsubscribing closes. Errors with `AudioError`. */
export type OpenSink = (sampleRate: Hertz) => Observable<AudioSink>;
