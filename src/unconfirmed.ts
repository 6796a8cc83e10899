import type { Millis } from './audio.js';
import { isAsk } from './state/asks.js';
import type { ClientEvent } from './wire/client-event.js';
import type { SessionPatch } from './wire/session.js';

/** What commands that nobody has confirmed come to, when the conversation is rebuilt in a new session. */
export interface Unconfirmed {
  /** Those that are sent again, in order. */
  readonly commands: readonly ClientEvent[];
  /** Settings that were asked for, in order. */
  readonly patches: readonly SessionPatch[];
  /** Items that were to go. */
  readonly deleted: ReadonlySet<string>;
  /** Items that were to be cut, and where. */
  readonly cuts: ReadonlyMap<string, Millis>;
  /** Whether the response that was open was not wanted any more. */
  readonly isCancelled: boolean;
}

/**
 * Sorts commands into those that are to be sent again and those that the rebuilt conversation makes good by itself: settings, deletions,
 * truncations, items that it holds. A cancellation ends the response that was asked for before it, `input_audio_buffer.clear` what was
 * appended and not committed.
 *
 * @param isHeld Whether the conversation holds an item.
 */
export const sortUnconfirmed = (commands: readonly ClientEvent[], isHeld: (id: string) => boolean): Unconfirmed => {
  let again: ClientEvent[] = [];
  const patches: SessionPatch[] = [];
  const deleted = new Set<string>();
  const cuts = new Map<string, Millis>();
  let isCancelled = false;

  for (const command of commands) {
    switch (command.type) {
      case 'session.update':
        patches.push(command.session);
        break;
      case 'conversation.item.truncate':
        cuts.set(command.item_id, Math.min(command.audio_end_ms, cuts.get(command.item_id) ?? Number.POSITIVE_INFINITY));
        break;
      case 'conversation.item.delete':
        deleted.add(command.item_id);
        again = again.filter((earlier) => !(earlier.type === 'conversation.item.create' && earlier.item.id === command.item_id));
        break;
      case 'conversation.item.create': {
        const { id, type } = command.item;
        // Another session knows nothing of what was asked in this one.
        if (type === 'mcp_approval_response') break;
        // What was deleted and made again has new words.
        if (id === undefined || !isHeld(id) || deleted.has(id)) again.push(command);
        break;
      }
      case 'response.cancel': {
        // One that is named had begun; it was asked for before these.
        if (command.response_id !== undefined) break;
        const asked = again.findIndex(isAsk);
        if (asked >= 0) again.splice(asked, 1);
        else isCancelled = true;
        break;
      }
      case 'input_audio_buffer.clear': {
        const committed = again.findLastIndex(({ type }) => type === 'input_audio_buffer.commit');
        again = again.filter(({ type }, at) => at <= committed || type !== 'input_audio_buffer.append');
        break;
      }
      case 'output_audio_buffer.clear':
        break;
      default:
        again.push(command);
    }
  }
  return { commands: again, patches, deleted, cuts, isCancelled };
};
