import type { Hertz } from './audio.js';
import { AudioError } from './errors.js';
import type { ClientEventOf } from './wire/client-event.js';

/** The service starts with its own turn detection on, and would answer every turn a second time. */
export const withClientTurns: ClientEventOf<'session.update'> = {
  type: 'session.update',
  session: { audio: { input: { turn_detection: null } } },
};

/** Frames have another rate than the wire. */
export const rateMismatch = (operator: string, got: Hertz, wanted: Hertz): AudioError =>
  new AudioError(
    `${operator}: frames have ${got} Hz, the wire takes ${wanted}; put resample({ to: ${wanted} }) behind the source`,
    {
      code: 'format_mismatch',
    },
  );
