import type { ClientEvent } from '../wire/client-event.js';
import type { ServerEvent } from '../wire/server-event.js';
import type { Session } from '../wire/session.js';

const event_id = '';

/** What a service says to a command that it has taken, where it is more than the beginning of an answer. */
export const transportReply = (
  command: ClientEvent,
  session: Session,
  newId: (prefix: string) => string,
): readonly ServerEvent[] => {
  switch (command.type) {
    case 'conversation.item.create': {
      const item = { ...command.item, id: command.item.id ?? newId('item'), status: 'completed' };
      return [
        { type: 'conversation.item.added', event_id, item },
        { type: 'conversation.item.done', event_id, item },
      ];
    }
    case 'conversation.item.truncate': {
      const { item_id, content_index, audio_end_ms } = command;
      return [{ type: 'conversation.item.truncated', event_id, item_id, content_index, audio_end_ms }];
    }
    case 'input_audio_buffer.clear':
      return [{ type: 'input_audio_buffer.cleared', event_id }];
    case 'session.update':
      return [{ type: 'session.updated', event_id, session }];
    default:
      return [];
  }
};
