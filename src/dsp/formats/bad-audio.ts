import { AudioError } from '../../errors.js';

/** The one error for bytes that are not what they were said to be. */
export const badAudio = (what: string, cause?: unknown): AudioError =>
  new AudioError(what, cause === undefined ? { code: 'bad_audio' } : { code: 'bad_audio', cause });
