import { Observable, type OperatorFunction, Subject, Subscription, takeUntil, timer } from 'rxjs';
import type { Millis } from '../src/audio.js';
import { clock } from '../src/clock.js';
import { createDispatch } from '../src/dispatch.js';
import type { Epic, Gate, Playout, PlayoutInput } from '../src/epic.js';
import { ConnectionError, EngineError, StreamError } from '../src/errors.js';
import { type Command, type DiagnosticEvent, isCommand, type VoiceEvent } from '../src/events.js';
import { createFifo } from '../src/fifo.js';
import { type LivenessConfig, withLiveness } from '../src/liveness.js';
import { createOutbox } from '../src/outbox.js';
import { connect, type Link } from '../src/providers/connect.js';
import type { OpenSocket, Provider } from '../src/providers/provider.js';
import { addressed, isForProvider, isSound } from '../src/routing.js';
import { runEpic } from '../src/run-epic.js';
import type { ConversationState } from '../src/state/conversation.js';
import { initialState, type SessionState, sessionState } from '../src/state/session-state.js';
import { isSettled, mayFindTurn } from '../src/state/settled.js';
import type { ClientEvent } from '../src/wire/client-event.js';
import type { ServerEventOf } from '../src/wire/server-event.js';
import { bargeIn } from './bargeIn.js';
import { clientTurns } from './clientTurns.js';
import { repeatRefused } from './repeatRefused.js';
import { sequenceResponses } from './sequenceResponses.js';
import { truncateHeard } from './truncateHeard.js';

export interface RealtimeConfig {
  /** How to open sockets: `openSocket` of `rxvox/node`, or the user's own. */
  readonly openSocket: OpenSocket;
  /**
   * How it is noticed that the peer is gone without a word; `false` for peers that do not answer pings.
   * @default { everyMs: 2000, deadlineMs: 2000 }
   */
  readonly liveness?: LivenessConfig | false;
  /**
   * Where the answer sounds: `speaker()`, `wavSink(path)`.
   * @default none: audio is events alone, and nothing counts as sounding unless the source reports `playout.*` events
   */
  readonly playout?: Playout;
  /**
   * The epic that answers the end of a turn.
   * @default clientTurns
   */
  readonly turns?: Epic;
  /**
   * The epic that answers speech over the assistant.
   * @default bargeIn(): any speech interrupts, at once
   */
  readonly interruptions?: Epic;
  /**
   * Further epics; they get each event after `interruptions`, `truncateHeard` and `turns`, in this order.
   * @default []
   */
  readonly epics?: readonly Epic[];
  /**
   * Further gates, asked in this order after `sequenceResponses`.
   * @default []
   */
  readonly gates?: readonly Gate[];
}

/** Entries in a row that others have caused, beyond which epics are said to feed each other. */
const loopLimit = 1000;

/** How long to wait, once the source has ended, for a provider that may still find the end of a turn. */
const lingerMs: Millis = 1000;

/** The conversation is over: in good order, or with an error. */
type Ending = { readonly type: 'ending' } | { readonly type: 'failure'; readonly error: unknown };

/** Something outside the queue has changed: see whether all is done. */
const look = { type: 'look' } as const;

type Entry = Command | VoiceEvent | Link | Ending | typeof look;

/**
 * The conversation with a provider: commands and events in, everything that happens out.
 *
 * Subscribing connects; commands for the provider wait, in order, until it has said that the session is ready. Each
 * event goes to the state, the epics, the playout and the subscriber, in that order; what they cause comes after it.
 * When the source has completed, waits for open responses, held commands and the playout, then closes the socket and
 * completes. Unsubscribing ends source, epics, playout and socket, in that order.
 *
 * @throws ConnectionError, AuthenticationError, ConfigError in-stream, when there is no connection or it is lost.
 * @throws AudioError in-stream, when the playout's device is lost.
 * @throws StreamError in-stream with code `epic_loop`, when 1,000 entries in a row have caused further ones.
 */
export function realtime(
  provider: Provider,
  { openSocket, liveness = {}, playout, interruptions = bargeIn(), turns = clientTurns, epics = [], gates = [] }: RealtimeConfig,
): OperatorFunction<Command | VoiceEvent, VoiceEvent> {
  return (source) =>
    new Observable((subscriber) => {
      const startedAt = clock.now();
      const dispatch = createDispatch<VoiceEvent>();
      const sounds = new Subject<PlayoutInput>();
      const gone = new Subject<void>();
      const running = {
        source: new Subscription(),
        epics: new Subscription(),
        playout: new Subscription(),
        socket: new Subscription(),
      };
      let state: SessionState = { ...initialState, playout: { ...initialState.playout, isPresent: playout !== undefined } };
      let link: Link | undefined;
      let isSourceOpen = true;
      let isPlayoutOpen = playout !== undefined;
      let isLeaving = false;
      let sentCount = 0;
      let settling: ConversationState | undefined;
      let lingering = Subscription.EMPTY;

      const happen = (event: VoiceEvent): void => {
        state = sessionState(state, event);
        dispatch.next(event);
        if (isSound(event)) sounds.next(event);
        subscriber.next(event);
        if (event.type === 'response.done') judge(event);
        if (!subscriber.closed) outbox.release();
      };

      /** The third place of errors: some are told in `response.done` alone. */
      const judge = (event: ServerEventOf<'response.done'>): void => {
        const error = provider.responseFailure(event);
        if (error) fifo.push({ type: 'diagnostic.response_failed', responseId: event.response.id ?? '', error });
      };

      const send = (command: Command): void => {
        if (!isForProvider(command)) {
          state = sessionState(state, command);
          if (isSound(command)) sounds.next(command);
          else fifo.push({ type: 'ending' });
          return;
        }
        const sent = command.type === 'input_audio_buffer.append' ? command : addressed(command, ++sentCount, state);
        const trouble = transmit(sent);
        if (trouble) fifo.push(trouble);
        else state = sessionState(state, sent);
      };

      const transmit = (command: ClientEvent): DiagnosticEvent | undefined => {
        try {
          const isKnown = link?.send(command);
          return isKnown === false ? { type: 'diagnostic.command_unsupported', commandType: command.type } : undefined;
        } catch (error) {
          return { type: 'diagnostic.command_failed', commandType: command.type, error };
        }
      };

      const begin = (ready: Link): void => {
        link = ready;
        if (provider.session) send({ type: 'session.update', session: provider.session });
        const connectionId = state.conversation.session?.id ?? '';
        happen({ type: 'connection.established', connectionId, latencyMs: clock.now() - startedAt });
      };

      /** Ends the conversation when nothing is open any more. */
      const settle = (): void => {
        // What concerns the conversation not, a ping for example, gives no more time.
        if (settling === state.conversation && !lingering.closed) return;
        settling = state.conversation;
        lingering.unsubscribe();
        if (outbox.isHolding || !isSettled(state)) return;
        // eslint-disable-next-line rxjs-x/no-ignored-error -- A timer has none.
        if (mayFindTurn(state)) lingering = timer(lingerMs).subscribe(hush);
        else hush();
      };

      /** Lets the playout finish, then ends. */
      const hush = (): void => {
        if (isPlayoutOpen) sounds.complete();
        else fifo.push({ type: 'ending' });
      };

      const end = (): void => {
        if (!isLeaving && link?.leave()) {
          isLeaving = true;
          running.source.unsubscribe();
          return;
        }
        happen({ type: 'connection.closed', reason: 'completed' });
        dispatch.complete();
        subscriber.complete();
      };

      const handle = (entry: Entry): void => {
        if (entry.type === 'link') begin(entry);
        else if (entry.type === 'ending') end();
        else if (entry.type === 'failure') subscriber.error(entry.error);
        else if (entry.type === 'look') return;
        else if (isCommand(entry)) outbox.submit(entry);
        else happen(entry);
      };

      const fifo = createFifo<Entry>({
        handle(entry) {
          try {
            handle(entry);
          } catch (error) {
            // Nobody's exception may leave the queue standing still.
            subscriber.error(new StreamError(`realtime: ${entry.type} could not be handled`, { code: 'protocol', cause: error }));
          }
        },
        idle() {
          if (!isSourceOpen && !isLeaving) settle();
        },
        overflow() {
          const message = `realtime: entries have caused further ones ${loopLimit} times in a row; look for epics that answer each other`;
          subscriber.error(new StreamError(message, { code: 'epic_loop' }));
        },
        limit: loopLimit,
      });

      const outbox = createOutbox({
        gates: [(_, command) => (link || !isForProvider(command) ? 'send' : 'hold'), sequenceResponses, ...gates],
        state: () => state,
        send,
        happen: (event) => fifo.push(event),
      });

      subscriber.add(() => {
        fifo.stop();
        lingering.unsubscribe();
        gone.next();
        for (const part of [running.source, running.epics, running.playout, running.socket]) part.unsubscribe();
      });

      [interruptions, truncateHeard, repeatRefused, turns, ...epics].forEach((epic, rank) => {
        const entries$ = runEpic(
          epic,
          dispatch.stream(rank),
          () => state,
          (failed) => fifo.push(failed),
        );
        // eslint-disable-next-line rxjs-x/no-ignored-error -- runEpic makes events of them.
        running.epics.add(entries$.subscribe((entry) => fifo.push(entry)));
      });
      running.playout.add(
        playout?.(sounds.asObservable()).subscribe({
          next: (event) => fifo.push(event),
          error: (error: unknown) => fifo.push({ type: 'failure', error }),
          complete() {
            isPlayoutOpen = false;
            fifo.push(look);
          },
        }),
      );
      fifo.push({ type: 'connection.starting', attempt: 1 });
      fifo.start();
      // A subscriber that has enough by now opens nothing.
      if (subscriber.closed) return;
      running.socket.add(
        connect(provider, liveness ? withLiveness(openSocket, liveness) : openSocket).subscribe({
          next: (said) => fifo.push(said),
          error(cause: unknown) {
            const error = asConnectionError(cause);
            fifo.push(lossOf(error, link !== undefined));
            fifo.push({ type: 'failure', error });
          },
          complete: () => fifo.push({ type: 'ending' }),
        }),
      );
      if (subscriber.closed) return;
      running.source.add(
        source.pipe(takeUntil(gone)).subscribe({
          next: (entry) => fifo.push(entry),
          error: (error: unknown) => fifo.push({ type: 'failure', error }),
          complete() {
            isSourceOpen = false;
            fifo.push(look);
          },
        }),
      );
    });
}

const asConnectionError = (error: unknown): EngineError =>
  error instanceof EngineError ? error : new ConnectionError('the connection failed', { code: 'lost', cause: error });

const lossOf = (error: EngineError, wasReady: boolean): VoiceEvent =>
  wasReady
    ? { type: 'connection.lost', closeCode: error.closeCode ?? 1006, reason: error.code }
    : { type: 'connection.failed', error, retryCount: 0 };
