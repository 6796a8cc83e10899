import type { OperatorFunction } from 'rxjs';
import type { AudioFrame } from '../src/audio.js';
import type { VoiceEvent } from '../src/events.js';
import { outputFormatOf } from '../src/state/audio-format.js';
import { transform } from '../src/transform.js';
import { decodePayload } from '../src/wire/payload.js';

/** Audio of the assistant. */
export interface AnswerFrame extends AudioFrame {
  readonly itemId: string;
  readonly responseId: string;
}

/**
 * The assistant's audio as frames, as it is received: faster than it plays, in pieces of the service's choice.
 *
 * Emits a frame for each `response.output_audio.delta`, decoded in the session's output format. `position` counts the
 * samples emitted since subscription. Audio that is not base64 is left out. Completes and errors with the source.
 */
export function decodeAudio(): OperatorFunction<VoiceEvent, AnswerFrame> {
  return transform(() => {
    let format = outputFormatOf(undefined);
    let position = 0;

    return {
      next(event, emit) {
        if (event.type === 'session.created' || event.type === 'session.updated') {
          format = outputFormatOf(event.session);
        } else if (event.type === 'response.output_audio.delta') {
          const samples = decodePayload(event.delta, format.encoding);
          if (!samples) return;
          const { item_id: itemId, response_id: responseId } = event;
          emit({ samples, sampleRate: format.sampleRate, position, itemId, responseId });
          position += samples.length;
        }
      },
    };
  });
}
