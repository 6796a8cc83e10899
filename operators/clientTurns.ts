import { concatMap } from 'rxjs';
import type { Millis } from '../src/audio.js';
import type { Epic } from '../src/epic.js';
import type { Command } from '../src/events.js';
import { uncommittedMs } from '../src/state/conversation.js';
import { ofType } from './ofType.js';

/** The service refuses to commit less audio than this. */
const shortestTurnMs: Millis = 100;

/**
 * The epic of turns that the client ends: when speech stops, commits what was sent of it and asks for a response. A turn
 * shorter than the 100 ms that the service demands is cleared instead. Does nothing while the service ends turns, and
 * nothing when gates let nothing of the speech through.
 */
export const clientTurns: Epic = (events$, state) =>
  events$.pipe(
    ofType('speech.stopped'),
    concatMap(({ sentMs }): Command[] => {
      if (sentMs === undefined) return [];
      // Until the session is ready all is held, and nothing counted yet: then the event alone tells.
      const { connection, conversation } = state();
      const turnMs = connection.status === 'ready' ? Math.min(sentMs, uncommittedMs(conversation)) : sentMs;
      if (turnMs === 0) return [];
      return turnMs < shortestTurnMs
        ? [{ type: 'input_audio_buffer.clear' }]
        : [{ type: 'input_audio_buffer.commit' }, { type: 'response.create' }];
    }),
  );
