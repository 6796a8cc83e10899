import { concatMap } from 'rxjs';
import { type Millis, samplesIn } from '../src/audio.js';
import type { Epic } from '../src/epic.js';
import type { Command } from '../src/events.js';
import { inputFormatOf } from '../src/state/audio-format.js';
import { ofType } from './ofType.js';

/** The service refuses to commit less audio than this. */
const shortestTurnMs: Millis = 100;

/**
 * The epic of turns that the client ends: when speech stops, commits what was appended and asks for a response. A turn
 * shorter than the 100 ms that the service demands is cleared instead. Does nothing while the service ends turns.
 */
export const clientTurns: Epic = (events$, state) =>
  events$.pipe(
    ofType('speech.stopped'),
    concatMap((): Command[] => {
      const { conversation } = state();
      if (conversation.turns === 'server' || conversation.uncommittedBytes === 0) return [];
      const { sampleRate, bytesPerSample } = inputFormatOf(conversation.session);
      return conversation.uncommittedBytes < samplesIn(shortestTurnMs, sampleRate) * bytesPerSample
        ? [{ type: 'input_audio_buffer.clear' }]
        : [{ type: 'input_audio_buffer.commit' }, { type: 'response.create' }];
    }),
  );
