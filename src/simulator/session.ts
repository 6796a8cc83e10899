import { NEVER, Observable, type OperatorFunction, Subscription, timer } from 'rxjs';
import * as E from '../either.js';
import { codecOf } from './audio-format.js';
import { type Request, readRequest } from './client-request.js';
import {
  type Conversation,
  deleteEntry,
  type Entry,
  idBefore,
  insertEntry,
  retrieveItem,
  truncateEntry,
} from './conversation.js';
import { createEntry } from './create-item.js';
import { type Failure, refuse } from './failure.js';
import { createListener } from './listener.js';
import { cancelled, createResponder } from './responder.js';
import { freshState, type Line, type SessionConfig } from './session-state.js';
import { updateSession } from './session-update.js';
import type { Outgoing, Session } from './shapes.js';

/** An event as it goes over the wire. */
export type SentEvent = Outgoing & { readonly event_id: string };

/** A message as the socket gave it: text, or bytes of a binary frame. */
export type Message = string | Uint8Array;

/** The last word of a session that has lasted too long; the service closes with 1001 after it. */
const expired = refuse('session_expired', 'Your session hit the maximum duration.');

/** A timer that is to wait so long does not wait at all. */
const tooLongMs = 2 ** 31;

type Verdict = E.Either<Failure, unknown>;

const when = <Value>(verdict: E.Either<Failure, Value>, act: (value: Value) => void): Verdict =>
  E.isLeft(verdict) ? verdict : E.right(act(verdict.right));

/** What each message does: the only place where the parts of a session meet. */
const createHandler = (config: SessionConfig, line: Line) => {
  const { emit } = line;
  const state = freshState(config);
  const responder = createResponder(config, state, line);
  const listener = createListener(config, state, responder, line);

  const accept = (conversation: Conversation, event: Outgoing) => {
    state.conversation = conversation;
    emit(event);
  };

  const addItem = (entry: Entry, conversation: Conversation) => {
    state.conversation = conversation;
    const { item } = entry;
    const previous_item_id = idBefore(conversation, item.id);
    emit({ type: 'conversation.item.added', previous_item_id, item });
    emit({ type: 'conversation.item.done', previous_item_id, item });
  };

  const update = (session: Session) => {
    state.session = session;
    emit({ type: 'session.updated', session });
  };

  const hasSpoken = () =>
    state.conversation.some(({ item, audioMs }) => item.type === 'message' && item.role === 'assistant' && audioMs > 0);

  const handle = (request: Request): Verdict => {
    const { conversation, session } = state;
    switch (request.type) {
      case 'input_audio_buffer.append':
        return listener.append(request.audio);
      case 'input_audio_buffer.commit':
        return listener.commit();
      case 'input_audio_buffer.clear':
        return E.right(listener.clear());
      case 'session.update':
        return when(updateSession(session, request.session, hasSpoken()), update);
      case 'conversation.item.create': {
        const { item, previous_item_id } = request;
        const codec = codecOf(session.audio.input.format);
        const entry = createEntry(item, { conversation, codec, newId: config.newId, param: 'item' });
        if (E.isLeft(entry)) return entry;
        return when(insertEntry(conversation, entry.right, previous_item_id), (longer) => addItem(entry.right, longer));
      }
      case 'conversation.item.delete': {
        const { item_id } = request;
        return when(deleteEntry(conversation, item_id), (shorter) =>
          accept(shorter, { type: 'conversation.item.deleted', item_id }),
        );
      }
      case 'conversation.item.retrieve':
        return when(retrieveItem(conversation, request.item_id), (item) => emit({ type: 'conversation.item.retrieved', item }));
      case 'conversation.item.truncate': {
        const { item_id, content_index, audio_end_ms } = request;
        return when(truncateEntry(conversation, request, responder.sentMs(item_id)), (shorter) =>
          accept(shorter, { type: 'conversation.item.truncated', item_id, content_index, audio_end_ms }),
        );
      }
      case 'response.create':
        return when(responder.create(request.response ?? {}), (speak) => speak());
      case 'response.cancel':
        return responder.cancel(cancelled('client_cancelled'), request.response_id);
    }
  };

  return { state, handle };
};

/**
 * One session of the service, without its socket: messages of the client in, events of the service out.
 *
 * Emits `session.created` on subscription, answers each message in its turn, and completes with the messages, when
 * nothing more is said, or after `lifeMs` with the error `session_expired`. Nothing that a client sends makes it error. Time is RxJS's and the library's clock, so that it
 * runs in virtual time too. Unsubscribing ends its timers and what speaks for it.
 */
export const simulateSession =
  (config: SessionConfig): OperatorFunction<Message, SentEvent> =>
  (messages$) =>
    new Observable((subscriber) => {
      const lifetime = new Subscription();
      const fail = (error: unknown) => subscriber.error(error);
      const emit: Line['emit'] = ({ type, ...rest }) =>
        subscriber.next({ type, event_id: config.newId('event'), ...rest } as SentEvent);
      const { state, handle } = createHandler(config, { emit, fail, lifetime });

      const turnDown = (failure: Failure, event_id: string | null) => emit({ type: 'error', error: { ...failure, event_id } });

      const receive = (message: Message) => {
        const request = readRequest(message);
        if (E.isLeft(request)) return turnDown(request.left.failure, request.left.eventId);
        const verdict = handle(request.right);
        if (E.isLeft(verdict)) turnDown(verdict.left, request.right.event_id ?? null);
      };

      // A client in the same process may answer an event before it has come out whole: its words wait for their turn.
      const waiting: Message[] = [];
      let busy = true;
      let ended = false;
      const work = () => {
        busy = true;
        try {
          for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) receive(next);
        } catch (error) {
          fail(error);
        }
        busy = false;
        if (ended) subscriber.complete();
      };

      subscriber.add(lifetime);
      subscriber.add(
        messages$.subscribe({
          next: (message) => {
            waiting.push(message);
            if (!busy) work();
          },
          error: fail,
          complete: () => {
            ended = true;
            if (!busy) subscriber.complete();
          },
        }),
      );
      const expiry = (config.lifeMs < tooLongMs ? timer(config.lifeMs) : NEVER).subscribe({
        next: () => {
          turnDown(expired, null);
          subscriber.complete();
        },
        error: fail,
      });
      lifetime.add(expiry);
      emit({ type: 'session.created', session: state.session });
      work();
    });
