import { filter } from 'rxjs';
import type { Playout } from '../epic.js';

/** A playout that is not told of the audio of some responses: they are for somebody else's ears. */
export const mutedPlayout =
  (playout: Playout, isMuted: (responseId: string) => boolean): Playout =>
  (input$) =>
    playout(input$.pipe(filter((input) => !(input.type === 'response.output_audio.delta' && isMuted(input.response_id)))));
