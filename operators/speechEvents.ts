import type { OperatorFunction } from 'rxjs';
import type { VoiceFrame } from '../src/audio.js';
import { speechEdges } from '../src/dsp/speech-edges.js';
import type { SpeechEvent } from '../src/events.js';
import { transform } from '../src/transform.js';

/**
 * Tells when speech starts and stops.
 *
 * Emits `speech.started` with the frame that makes it certain, and `speech.stopped` with the frame that ends the hangover; `position` is where
 * speech really began and ended; between them about every 100 ms `speech.progress`, not in pauses. Starts and stops alternate, beginning with a start; every start has its stop, also at a jump of `position` and when
 * the source completes. When the source errors, so does this, without one.
 */
export function speechEvents(): OperatorFunction<VoiceFrame, SpeechEvent> {
  return transform<VoiceFrame, SpeechEvent>(() => {
    const { push, end } = speechEdges();
    return {
      next: (frame, emit) => push(frame).forEach(emit),
      flush: (emit) => end().forEach(emit),
    };
  });
}
