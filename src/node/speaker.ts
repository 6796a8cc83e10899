import { type OpenSink, playTo } from '../../operators/playTo.js';
import type { Playout } from '../epic.js';
import { withBackend } from './backends.js';
import type { BackendName } from './device.js';

/** Which loudspeaker. */
export interface SpeakerConfig {
  /**
   * Id, name, or a part of the name that no other device has.
   * @default the default device of the system
   */
  readonly device?: string;
  /**
   * How to reach it.
   * @default the first that is installed of naudiodon, pulse and alsa
   */
  readonly backend?: BackendName;
}

/**
 * The loudspeaker as a sink: subscribing opens it and emits it once, unsubscribing closes it.
 *
 * @throws AudioError in-stream: `backend_missing`, with what was tried and what to install; `no_device`, with the devices
 * that there are; `open_failed`; `device_lost`, after 500 ms in which it took nothing.
 */
export const openSpeaker =
  ({ device, backend }: SpeakerConfig = {}): OpenSink =>
  (sampleRate) =>
    withBackend(backend, ({ output }) => output({ device, sampleRate }));

/** The loudspeaker as a playout. Opens when subscribed, closes when unsubscribed; errors as {@link openSpeaker} does. */
export const speaker = (config: SpeakerConfig = {}): Playout => playTo(openSpeaker(config));
