import type { Command, VoiceEvent } from '../events.js';
import type { ClientEvent } from '../wire/client-event.js';
import type { ErrorDetails, ErrorEvent } from '../wire/session-event.js';

/** Commands that the provider answers; appends are not among them. */
export type Acknowledged = Exclude<
  ClientEvent,
  { readonly type: 'input_audio_buffer.append' | 'session.input_audio_buffer.append' }
>;

/** Commands that were sent and not yet answered, oldest first. */
export type Unacknowledged = readonly Acknowledged[];

const answers: Partial<Record<VoiceEvent['type'], Acknowledged['type']>> = {
  'conversation.item.added': 'conversation.item.create',
  'conversation.item.created': 'conversation.item.create',
  'conversation.item.deleted': 'conversation.item.delete',
  'conversation.item.retrieved': 'conversation.item.retrieve',
  'conversation.item.truncated': 'conversation.item.truncate',
  'input_audio_buffer.committed': 'input_audio_buffer.commit',
  'input_audio_buffer.cleared': 'input_audio_buffer.clear',
  'output_audio_buffer.cleared': 'output_audio_buffer.clear',
  'response.created': 'response.create',
  'response.done': 'response.cancel',
  'session.updated': 'session.update',
  'session.closed': 'session.close',
};

const answered: ReadonlySet<string> = new Set(Object.values(answers));

/**
 * Follows what was sent and not yet answered. The service answers in the order in which it was asked, item by item; a
 * refusal names the command by its `event_id`.
 */
export const acknowledgements = (pending: Unacknowledged, entry: VoiceEvent | Command): Unacknowledged => {
  if (answered.has(entry.type)) return [...pending, entry as Acknowledged];
  if (pending.length === 0) return pending;
  // A session that is gone answers nothing; what it was asked is asked of the next.
  if (entry.type === 'connection.lost' || entry.type === 'connection.rotating') return [];
  const at = entry.type === 'error' ? refused(pending, entry.error) : confirmed(pending, entry);
  return at < 0 ? pending : [...pending.slice(0, at), ...pending.slice(at + 1)];
};

/** What some refusals are about, where they do not say of which command they are. */
const subjects: Readonly<Record<string, Acknowledged['type']>> = {
  conversation_already_has_active_response: 'response.create',
  input_audio_buffer_commit_empty: 'input_audio_buffer.commit',
  response_cancel_not_active: 'response.cancel',
  cannot_update_voice: 'session.update',
};

/** The command that an event confirms, if it is one of these. */
export const confirmedBy = (pending: Unacknowledged, event: VoiceEvent): Acknowledged | undefined =>
  pending[confirmed(pending, event)];

/** The command that an error refuses, if it is one of these. */
export const refusedBy = (pending: Unacknowledged, { error }: ErrorEvent): Acknowledged | undefined =>
  pending[refused(pending, error)];

const refused = (pending: Unacknowledged, { event_id, code }: ErrorDetails): number =>
  event_id
    ? pending.findIndex((command) => command.event_id === event_id)
    : pending.findIndex((command) => command.type === subjects[code ?? '']);

const confirmed = (pending: Unacknowledged, event: VoiceEvent | Command): number => {
  const type = answers[event.type as VoiceEvent['type']];
  return type === undefined ? -1 : pending.findIndex((command) => command.type === type && isAbout(command, event));
};

/** Items that the service adds by itself (a committed turn, an answer) confirm no `conversation.item.create`. */
const isAbout = (command: Acknowledged, event: VoiceEvent | Command): boolean => {
  if (
    command.type === 'conversation.item.create' &&
    (event.type === 'conversation.item.added' || event.type === 'conversation.item.created')
  ) {
    const { item } = command;
    return item.id == null
      ? item.type === event.item.type && roleOf(item) === roleOf(event.item) && !isCommitted(event.item)
      : item.id === event.item.id;
  }
  if (command.type === 'response.create' && event.type === 'response.created') {
    return (command.response?.conversation === 'none') === (event.response.conversation_id === null);
  }
  return !('item_id' in command) || !('item_id' in event) || command.item_id === event.item_id;
};

const roleOf = (item: object): unknown => ('role' in item ? item.role : undefined);

const isCommitted = (item: object): boolean => 'status' in item && item.status === 'in_progress';
