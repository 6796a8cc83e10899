import { catchError, firstValueFrom, forkJoin, map, of } from 'rxjs';
import { AudioError } from '../errors.js';
import { allBackends, noSoundSystem, onlyNamed } from './backends.js';
import type { AudioDevice, BackendName, DeviceInfo } from './device.js';

/** Which devices to list. */
export interface DevicesConfig {
  /**
   * Of one backend only.
   * @default all that are installed
   */
  readonly backend?: BackendName;
}

/**
 * Lists microphones and loudspeakers. A sound card that several backends reach is listed by each.
 *
 * @returns Nothing in the list is no error: a machine may have a sound system and no device.
 * @throws AudioError as a rejection: `backend_missing` when no backend is installed, with what was tried and what to install.
 */
export const devices = (
  { backend }: DevicesConfig = {},
  backends: readonly AudioDevice[] = allBackends(),
): Promise<DeviceInfo[]> => {
  const lists = onlyNamed(backends, backend).map((one) =>
    one.devices().pipe(
      map((infos) => ({ infos, failure: undefined })),
      catchError((error: unknown) =>
        of({ infos: undefined, failure: `${one.name} (${error instanceof AudioError ? error.message : error})` }),
      ),
    ),
  );
  const all$ = forkJoin(lists).pipe(
    map((results) => {
      if (results.every(({ infos }) => infos === undefined)) throw noSoundSystem(results.map(({ failure }) => failure ?? ''));
      return results.flatMap(({ infos }) => infos ?? []);
    }),
  );
  return firstValueFrom(all$, { defaultValue: [] });
};
