import { catchError, defer, type Observable, throwError } from 'rxjs';
import { AudioError } from '../errors.js';
import { alsa } from './alsa.js';
import type { AudioDevice, BackendName } from './device.js';
import { naudiodon } from './naudiodon.js';
import { pulse } from './pulse.js';

const INSTALL =
  'install the package naudiodon (it needs python3, make and g++), or pulseaudio-utils for PulseAudio and PipeWire, or alsa-utils';

/** The backends, in the order in which they are tried. */
export const allBackends = (): readonly AudioDevice[] => [naudiodon(), pulse(), alsa()];

/** One of them where a name is given. */
export const onlyNamed = (backends: readonly AudioDevice[], name: BackendName | undefined): readonly AudioDevice[] =>
  name === undefined ? backends : backends.filter((backend) => backend.name === name);

/** The `backend_missing` error for backends of which each has said why it cannot be used. */
export const noSoundSystem = (tried: readonly string[]): AudioError =>
  new AudioError(`no sound system: tried ${tried.join(', ')}; ${INSTALL}`, { code: 'backend_missing' });

/**
 * Opens with the backend of that name, or with the first that is installed. A device that cannot be had is never
 * replaced by another, nor by silence.
 */
export const withBackend = <T>(
  name: BackendName | undefined,
  open: (backend: AudioDevice) => Observable<T>,
  backends: readonly AudioDevice[] = allBackends(),
): Observable<T> => {
  const attempt = ([backend, ...others]: readonly AudioDevice[], tried: readonly string[]): Observable<T> =>
    backend === undefined
      ? throwError(() => noSoundSystem(tried))
      : open(backend).pipe(
          catchError((error: unknown) => {
            if (!(error instanceof AudioError && error.code === 'backend_missing')) throw error;
            return attempt(others, [...tried, `${backend.name} (${error.message})`]);
          }),
        );
  return defer(() => attempt(onlyNamed(backends, name), []));
};
