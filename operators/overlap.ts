import { defer, filter, map } from 'rxjs';
import type { Epic } from '../src/epic.js';
import type { TurnOverlap } from '../src/events.js';
import { ofType } from './ofType.js';

/**
 * The epic of overlaps: says `turn.overlap` when one begins to speak while the other does, and who. Speech is what the
 * client's VAD or the service's hears; one utterance counts once. Sound that is paused overlaps with nothing.
 */
export const overlap: Epic = (events$, state) =>
  defer(() => {
    let isSpeaking = false;
    return events$.pipe(
      ofType(
        'speech.started',
        'speech.stopped',
        'input_audio_buffer.speech_started',
        'input_audio_buffer.speech_stopped',
        'playout.started',
      ),
      map((event): TurnOverlap | undefined => {
        if (event.type === 'playout.started') {
          return isSpeaking ? { type: 'turn.overlap', itemId: event.itemId, by: 'assistant' } : undefined;
        }
        const wasSpeaking = isSpeaking;
        isSpeaking = event.type === 'speech.started' || event.type === 'input_audio_buffer.speech_started';
        const { playout } = state();
        const isOver = isSpeaking && !wasSpeaking && playout.isSounding && !playout.isPaused && playout.totalMs > 0;
        return isOver ? { type: 'turn.overlap', itemId: playout.itemId, by: 'user' } : undefined;
      }),
      filter((event) => event !== undefined),
    );
  });
