import { isBase64 } from './base64.js';
import type { ClientEvent } from './client-event.js';
import type { ServerEvent } from './server-event.js';

/** Without the array that `Object.keys` would make for each frame. */
const hasTypeAndAudioOnly = (event: object): boolean => {
  for (const key in event) if (key !== 'type' && key !== 'audio') return false;
  return true;
};

/**
 * A client event as one text message.
 *
 * Audio without further fields is put into the message as it is: base64 needs no escapes. Codecs change nothing on the
 * way out, so everything else is plain JSON.
 */
export const encodeClientEvent = (event: ClientEvent): string =>
  event.type === 'input_audio_buffer.append' && hasTypeAndAudioOnly(event) && isBase64(event.audio)
    ? `{"type":"input_audio_buffer.append","audio":"${event.audio}"}`
    : JSON.stringify(event);

/** A server event as one text message. */
export const encodeServerEvent = (event: ServerEvent): string => JSON.stringify(event);
