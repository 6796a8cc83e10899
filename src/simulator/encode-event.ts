import type { WireEvent } from '../faults/server-step.js';
import type { SentEvent } from './session.js';

/**
 * An event of a simulated session as text. Audio is put together from its parts, for its ids are the simulator's own and base64 needs no escapes:
 * `JSON.stringify` looks at each of its 12,800 characters.
 */
export const encodeEvent = (event: WireEvent): string => {
  if (event.type !== 'response.output_audio.delta') return JSON.stringify(event);
  const { event_id, response_id, item_id, output_index, content_index, delta } = event as SentEvent & {
    readonly type: 'response.output_audio.delta';
  };
  return `{"type":"response.output_audio.delta","event_id":"${event_id}","response_id":"${response_id}","item_id":"${item_id}","output_index":${output_index},"content_index":${content_index},"delta":"${delta}"}`;
};
