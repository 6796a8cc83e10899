import { type Loudspeaker, withReference } from '../../operators/audio/withReference.js';
import { type OpenSink, playTo } from '../../operators/playTo.js';
import { type AudioOutput, survivingSink } from '../../operators/survivingSink.js';
import type { Millis } from '../audio.js';
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
  /**
   * How long to try when it is lost, in milliseconds: the same device, then the default one. 0 errors at once.
   * @default 60000
   */
  readonly giveUpMs?: Millis;
}

/**
 * The loudspeaker as a sink, kept open: one that is lost is opened again, or the default one in its place, and goes on from the first
 * sample that was not taken, see {@link survivingSink}. Subscribing opens it and emits it once, unsubscribing closes it.
 *
 * @throws RangeError on call, when `giveUpMs` is negative.
 * @throws AudioError in-stream: `backend_missing`, with what was tried and what to install; `no_device`, with the devices
 * that there are; `open_failed`; `device_lost`, `giveUpMs` after a loss.
 */
export const openSpeaker = ({ device, backend, giveUpMs }: SpeakerConfig = {}): OpenSink => {
  const outputOf = (wanted: string | undefined): AudioOutput => ({
    device: wanted ?? 'default',
    openSink: (sampleRate) => withBackend(backend, ({ output }) => output({ device: wanted, sampleRate })),
  });
  return survivingSink(
    [outputOf(device), ...(device === undefined ? [] : [outputOf(undefined)])],
    giveUpMs === undefined ? {} : { giveUpMs },
  );
};

/**
 * The loudspeaker as a playout, which tells `audio.device_lost` and `audio.device_restored`. Opens when subscribed, closes when unsubscribed;
 * errors as {@link openSpeaker} does. Its `reference$` says what the device is given, for `cancelEcho` of `rxvox/audio`.
 */
export const speaker = (config: SpeakerConfig = {}): Loudspeaker => {
  const { open, reference$ } = withReference(openSpeaker(config));
  return Object.assign(playTo(open), { reference$ });
};
