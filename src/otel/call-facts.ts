import type { VoiceEvent } from '../events.js';

/** What is known of a call at a moment. */
export interface CallFacts {
  readonly model: string | undefined;
  /** The provider's id of the session. */
  readonly conversationId: string | undefined;
  readonly lane: string | undefined;
}

export const noFacts: CallFacts = { model: undefined, conversationId: undefined, lane: undefined };

/** The facts after an event; the same ones where it says nothing of them. */
export const callFacts = (facts: CallFacts, event: VoiceEvent): CallFacts => {
  switch (event.type) {
    case 'session.created':
    case 'session.updated': {
      const { model = facts.model, id = facts.conversationId } = event.session;
      return { ...facts, model: model ?? undefined, conversationId: id ?? undefined };
    }
    case 'connection.established':
      return { ...facts, conversationId: event.connectionId || facts.conversationId };
    case 'lane.entered':
      return { ...facts, lane: event.lane };
    default:
      return facts;
  }
};
