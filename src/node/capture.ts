import { type AudioSource, type Microphone, survivingSource } from '../../operators/survivingSource.js';
import type { Hertz, Millis } from '../audio.js';
import { withBackend } from './backends.js';
import type { BackendName } from './device.js';

/** Which microphone, and how to read it. */
export interface CaptureConfig {
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
   * Samples per second.
   * @default 24000
   */
  readonly sampleRate?: Hertz;
  /**
   * Length of a frame, in milliseconds, from 5 to 1000.
   * @default 20
   */
  readonly chunkMs?: Millis;
  /**
   * How long to try when it is lost, in milliseconds: the same device, then the default one. 0 errors at once.
   * @default 60000
   */
  readonly giveUpMs?: Millis;
}

/** Silence after which a device counts as lost, unless its frames are that long. */
const silentMs = 1000;

/**
 * The microphone, kept open: one that is lost is opened again, or the default one in its place, see {@link survivingSource}.
 *
 * Subscribing opens it, unsubscribing closes it. Emits mono frames of `chunkMs` as they are recorded, without end.
 * `position` is never set back; audio that was lost, with the device or because the application did not take it for seconds, shows as a jump.
 * `events$` tells what becomes of the device; `converse` listens to it, elsewhere merge it into what `realtime` is given.
 *
 * @throws RangeError on call, when a number is out of range.
 * @throws AudioError in-stream: `backend_missing`, with what was tried and what to install; `no_device`, with the devices
 * that there are; `open_failed`; `device_lost`, `giveUpMs` after a loss.
 */
export function capture({ device, backend, sampleRate = 24_000, chunkMs = 20, giveUpMs }: CaptureConfig = {}): Microphone {
  if (!(chunkMs >= 5 && chunkMs <= 1000)) throw new RangeError(`capture: chunkMs must be 5 to 1000, got ${chunkMs}`);
  if (!(Number.isInteger(sampleRate) && sampleRate >= 4000 && sampleRate <= 192_000)) {
    throw new RangeError(`capture: sampleRate must be 4000 to 192000, got ${sampleRate}`);
  }
  const sourceOf = (wanted: string | undefined): AudioSource => ({
    device: wanted ?? 'default',
    frame$: withBackend(backend, ({ input }) => input({ device: wanted, sampleRate, chunkMs })),
  });
  return survivingSource([sourceOf(device), ...(device === undefined ? [] : [sourceOf(undefined)])], {
    silentMs: Math.max(silentMs, 2 * chunkMs),
    ...(giveUpMs === undefined ? {} : { giveUpMs }),
  });
}
