import { Subject } from 'rxjs';
import { replayHeard } from '../../operators/replayHeard.js';
import { type Command, isCommand, type VoiceEvent } from '../../src/events.js';
import { isForProvider } from '../../src/routing.js';
import { type SessionState, sessionState } from '../../src/state/session-state.js';
import type { Item } from '../../src/wire/item.js';
import { drive } from '../simulator/drive.js';

/** A client that has lost its session, at a new one of the simulator. */
export interface Reconnected {
  readonly state: SessionState;
  /** Lets these happen, or sends them; what the service answers and `replayHeard` does about it happens too. */
  tell(...entries: readonly (Command | VoiceEvent)[]): void;
  /** What the service has refused. */
  readonly errors: readonly string[];
  /** The items that the service has, in order, as it tells them. */
  readonly items: readonly Item[];
  /** Their ids. */
  readonly ids: readonly (string | undefined)[];
}

/** Goes on from a state in a new session. */
export const reconnected = (before: SessionState, body: (client: Reconnected) => void): void =>
  drive({}, ({ events, send }) => {
    let state = before;
    let seen = 0;
    const events$ = new Subject<VoiceEvent>();
    const errors: string[] = [];
    let items: readonly Item[] = [];
    const waiting: (Command | VoiceEvent)[] = [];

    const happen = (event: VoiceEvent): void => {
      if (event.type === 'error') errors.push(event.error.message);
      if (event.type === 'conversation.item.added') {
        const { previous_item_id, item } = event;
        const at = previous_item_id == null ? 0 : items.findIndex(({ id }) => id === previous_item_id) + 1;
        items = items.toSpliced(at, 0, item);
      }
      if (event.type === 'conversation.item.deleted') items = items.filter(({ id }) => id !== event.item_id);
      state = sessionState(state, event);
      events$.next(event);
    };
    const handle = (entry: Command | VoiceEvent): void => {
      if (!isCommand(entry)) {
        happen(entry);
        return;
      }
      state = sessionState(state, entry);
      if (isForProvider(entry)) send(entry);
    };
    const answers = (): readonly VoiceEvent[] => {
      const fresh = events.slice(seen).map(({ at: _, ...event }) => event as unknown as VoiceEvent);
      seen = events.length;
      return fresh;
    };
    const tell = (...entries: readonly (Command | VoiceEvent)[]): void => {
      waiting.push(...entries);
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        handle(next);
        if (waiting.length === 0) waiting.push(...answers());
      }
    };
    const running = replayHeard(events$, () => state).subscribe({ next: (entry) => waiting.push(entry), error: () => undefined });

    tell({ type: 'connection.lost', closeCode: 1006, reason: 'lost' }, ...answers());
    state = { ...state, connection: { ...state.connection, status: 'ready' } };
    body({
      get state() {
        return state;
      },
      tell,
      errors,
      get items() {
        return items;
      },
      get ids() {
        return items.map(({ id }) => id);
      },
    });
    running.unsubscribe();
  });
