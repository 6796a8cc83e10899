import type { VoiceEvent } from '../events.js';
import type { Response } from '../wire/response.js';
import { answerSound, type ChunkConversion } from './answer-sound.js';
import { answerText } from './answer-text.js';
import { type EngineEvent, type EngineEventFold, failureEvent, sourceOf, stamped } from './engine-event.js';
import { eventFailure } from './event-failure.js';

export interface EngineEventsConfig {
  /**
   * What becomes of the assistant's audio on its way into `audio.output_chunk`; called for each item.
   * @default nothing: it has the session's rate
   */
  readonly conversion?: () => ChunkConversion;
}

/**
 * What an engine tells of each event of a conversation: the event itself, with its stamp, then what follows from it.
 *
 * @returns A fold with a state of its own: the event and the state after it give the engine's events, in order.
 */
export const engineEvents = ({ conversion }: EngineEventsConfig = {}): EngineEventFold => {
  const soundsOf = answerSound(conversion);
  const textOf = answerText();
  let isBegun = false;

  const turnsOf = (event: VoiceEvent): readonly EngineEvent[] => {
    switch (event.type) {
      case 'connection.established':
        if (isBegun) return [];
        isBegun = true;
        return [stamped({ type: 'turn.conversation_started' }, 'engine')];
      case 'connection.closed':
        if (!isBegun) return [];
        isBegun = false;
        return [stamped({ type: 'turn.conversation_ended', reason: event.reason }, 'engine')];
      case 'response.created':
        return [stamped({ type: 'turn.response_started', ...outcomeOf(event.response, 'in_progress') }, 'provider')];
      case 'response.done': {
        const outcome = outcomeOf(event.response, 'completed');
        const type = outcome.status === 'cancelled' ? 'turn.response_cancelled' : 'turn.response_completed';
        return [stamped({ type, ...outcome }, 'provider')];
      }
      default:
        return [];
    }
  };

  return (event, state) => {
    const failure = eventFailure(event);
    const source = sourceOf(event.type);
    return [
      stamped(event, source) as EngineEvent,
      ...soundsOf(event, state),
      ...textOf(event),
      ...turnsOf(event),
      ...(failure ? [failureEvent(failure, source)] : []),
    ];
  };
};

const outcomeOf = ({ id, status }: Response, unsaid: string): { readonly responseId: string; readonly status: string } => ({
  responseId: id ?? '',
  status: status ?? unsaid,
});
