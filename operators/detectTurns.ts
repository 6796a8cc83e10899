import { distinctUntilChanged, map } from 'rxjs';
import type { Epic } from '../src/epic.js';
import type { TurnDetected } from '../src/events.js';
import { ofType } from './ofType.js';

/**
 * The epic that tells whose turn it is: says `turn.detected` when the floor changes hands. The user has it when speech
 * begins, as the client's VAD or the service's hears it, or a turn by the rules of `turnStrategy`; the assistant when it
 * begins to sound.
 */
export const detectTurns: Epic = (events$) =>
  events$.pipe(
    ofType('speech.started', 'input_audio_buffer.speech_started', 'turn.started', 'playout.started'),
    map(({ type }): TurnDetected['speaker'] => (type === 'playout.started' ? 'assistant' : 'user')),
    distinctUntilChanged(),
    map((speaker): TurnDetected => ({ type: 'turn.detected', speaker })),
  );
