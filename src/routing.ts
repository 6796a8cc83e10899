import type { PlayoutInput } from './epic.js';
import type { Command, VoiceEvent } from './events.js';
import { imagesIn } from './shown-images.js';
import type { SessionState } from './state/session-state.js';
import type { ClientEvent } from './wire/client-event.js';

const soundTypes: ReadonlySet<string> = new Set<PlayoutInput['type']>([
  'playout.duck',
  'playout.flush',
  'playout.pause',
  'playout.play',
  'playout.resume',
  'playout.stop',
  'response.output_audio.delta',
  'response.done',
  'response.output_audio.done',
  'session.created',
  'session.updated',
]);

/** Whether the playout is told of it. */
export const isSound = (entry: Command | VoiceEvent): entry is PlayoutInput => soundTypes.has(entry.type);

const localTypes: ReadonlySet<string> = new Set<Exclude<Command, ClientEvent>['type']>([
  'connection.close',
  'connection.rotate',
  'playout.duck',
  'playout.flush',
  'playout.pause',
  'playout.play',
  'playout.resume',
  'playout.stop',
]);

/** Whether a command goes to the provider, and not to the playout or the connection. */
export const isForProvider = (command: Command): command is ClientEvent => !localTypes.has(command.type);

/**
 * The command as it is sent: a refusal names it by its id; the type of a session cannot change, and must be said. An item with images gets an
 * id, by which they are found again: its echo is without them.
 */
export const addressed = (command: ClientEvent, count: number, { conversation }: SessionState): ClientEvent => {
  const numbered = { event_id: `rxvox_${count}`, ...command };
  if (numbered.type === 'conversation.item.create' && numbered.item.id === undefined && imagesIn(numbered.item).length > 0) {
    return { ...numbered, item: { ...numbered.item, id: `rxvox_item_${count}` } };
  }
  if (numbered.type !== 'session.update' || numbered.session.type !== undefined) return numbered;
  return { ...numbered, session: { ...numbered.session, type: conversation.session?.type ?? 'realtime' } };
};
