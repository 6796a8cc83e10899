import type { Observable } from 'rxjs';
import type { AudioSink } from '../../operators/playTo.js';
import type { AudioFrame, Hertz, Millis } from '../audio.js';
import { AudioError } from '../errors.js';

/** A way to the sound devices of this machine: PortAudio, or the programs of PulseAudio and PipeWire, or those of ALSA. */
export type BackendName = 'naudiodon' | 'pulse' | 'alsa';

/** A microphone or a loudspeaker. */
export interface DeviceInfo {
  /** What `device` takes; a number may change when devices come and go, a name does not. */
  readonly id: string;
  /** What `device` takes, too, or a part of it that no other device has. */
  readonly name: string;
  /** Number of channels to record from; 0 where it is no microphone. */
  readonly inputs: number;
  /** Number of channels to play to; 0 where it is no loudspeaker. */
  readonly outputs: number;
  readonly isDefaultInput: boolean;
  readonly isDefaultOutput: boolean;
  readonly backend: BackendName;
}

/** A microphone to open. */
export interface InputConfig {
  readonly device: string | undefined;
  readonly sampleRate: Hertz;
  readonly chunkMs: Millis;
}

/** A loudspeaker to open. */
export interface OutputConfig {
  readonly device: string | undefined;
  readonly sampleRate: Hertz;
}

/**
 * A backend. Subscribing opens a device, unsubscribing closes it.
 *
 * Errors with `AudioError`: `backend_missing` before anything else, when the backend is not installed; `no_device`,
 * `open_failed`, `device_lost`.
 */
export interface AudioDevice {
  readonly name: BackendName;
  /** Emits the list once. */
  devices(): Observable<readonly DeviceInfo[]>;
  /** Emits frames until it is unsubscribed from; audio that was lost shows as a jump of `position`. */
  input(config: InputConfig): Observable<AudioFrame>;
  /** Emits the open device once and does not complete. */
  output(config: OutputConfig): Observable<AudioSink>;
}

/** Which way the sound goes. */
export type Direction = 'input' | 'output';

const channelsOf = (info: DeviceInfo, direction: Direction): number => (direction === 'input' ? info.inputs : info.outputs);
const isDefault = (info: DeviceInfo, direction: Direction): boolean =>
  direction === 'input' ? info.isDefaultInput : info.isDefaultOutput;

/**
 * The device that is meant: by id, by name, or by a part of the name, whatever the case, that only one device has. Backends
 * take their default for a device that they do not know, so they are never asked.
 *
 * @throws AudioError `no_device` on call, with the devices that there are.
 */
export const resolveDevice = (
  infos: readonly DeviceInfo[],
  wanted: string | undefined,
  direction: Direction,
  backend: BackendName,
): DeviceInfo => {
  const usable = infos.filter((info) => channelsOf(info, direction) > 0);
  const names = usable.map(({ name }) => name).join(', ');
  const fail = (what: string): AudioError =>
    new AudioError(
      names === ''
        ? `${what}: ${backend} finds no ${direction} device at all; connect one, or start the sound server`
        : `${what}; ${backend} finds: ${names}`,
      {
        code: 'no_device',
      },
    );
  if (wanted === undefined) {
    const found = usable.find((info) => isDefault(info, direction));
    if (found === undefined) throw fail(`no default ${direction} device`);
    return found;
  }
  const exact = usable.find(({ id, name }) => name === wanted || id === wanted);
  if (exact !== undefined) return exact;
  const part = wanted.toLowerCase();
  const similar = part === '' ? [] : usable.filter(({ name }) => name.toLowerCase().includes(part));
  const [only] = similar;
  if (only !== undefined && similar.length === 1) return only;
  throw fail(`${similar.length === 0 ? 'no' : 'more than one'} ${direction} device '${wanted}'`);
};
