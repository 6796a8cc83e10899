import type { MonoTypeOperatorFunction } from 'rxjs';
import type { VoiceFrame } from '../src/audio.js';
import { type SpeechGateConfig, speechGate } from '../src/dsp/speech-gate.js';
import { transform } from '../src/transform.js';

/**
 * Lets speech through, with `preRollMs` of true audio before it, and nothing else.
 *
 * Speech is what was `speech_starting` and turned out to be speech, `speech`, and `speech_ending` (hangover). When it opens, it emits what it
 * held, in order, then frames as they come. The pre-roll is exact, cut within a frame if need be, and shorter where less audio adjoins. No frame
 * comes twice. A jump of `position` drops what is held: it adjoins nothing that follows. Holds at most `preRollMs` and 5 s. Completes and errors with
 * its source; what is held then was no speech.
 *
 * @throws RangeError on call, when `preRollMs` is negative.
 */
export function gateSpeech(config: SpeechGateConfig = {}): MonoTypeOperatorFunction<VoiceFrame> {
  const gate = speechGate(config);
  return transform<VoiceFrame, VoiceFrame>(() => {
    const { push, release } = gate();
    return {
      next(frame, emit) {
        const verdict = push(frame);
        if (verdict === 'pass') emit(frame);
        else if (verdict === 'open') release().forEach(emit);
      },
    };
  });
}
