import { identity, Observable, type OperatorFunction, ReplaySubject, Subject, Subscription, takeUntil } from 'rxjs';
import { checkRanges } from '../src/check-ranges.js';
import { createDispatch } from '../src/dispatch.js';
import type { Epic, Gate, Playout, PlayoutInput } from '../src/epic.js';
import { ConfigError, StreamError } from '../src/errors.js';
import { type Command, type ConnectionLost, isCommand, type VoiceEvent } from '../src/events.js';
import { createFifo } from '../src/fifo.js';
import { checkLiveness, type LivenessConfig, withLiveness } from '../src/liveness.js';
import { type Connected, keepConnected, type ReconnectConfig } from '../src/providers/keep-connected.js';
import { misfitOf } from '../src/providers/misfit.js';
import type { OpenSocket, Provider, WrapSocket } from '../src/providers/provider.js';
import { isSound } from '../src/routing.js';
import { runEpic } from '../src/run-epic.js';
import { withSendWindow } from '../src/send-window.js';
import { createSettling } from '../src/settling.js';
import type { OpenResponse } from '../src/state/conversation.js';
import { initialState, type SessionState, sessionState } from '../src/state/session-state.js';
import { createUplink, type SurvivalConfig } from '../src/uplink.js';
import type { ServerEventOf } from '../src/wire/server-event.js';
import { awaitTools } from './awaitTools.js';
import { awaitTurn } from './awaitTurn.js';
import { bargeIn } from './bargeIn.js';
import { clientTurns } from './clientTurns.js';
import { dismissSpeech } from './dismissSpeech.js';
import { overdueTools } from './overdueTools.js';
import { repeatRefused } from './repeatRefused.js';
import { replayHeard } from './replayHeard.js';
import { sequenceResponses } from './sequenceResponses.js';
import { truncateHeard } from './truncateHeard.js';

export interface RealtimeConfig extends SurvivalConfig {
  /** How to open sockets: `openSocket` of `rxvox/node`, or the user's own. A provider with a `transport` of its own does not use it. */
  readonly openSocket: OpenSocket;
  /**
   * Put around every socket, also around the transports of providers: a recorder, for example.
   * @default nothing
   */
  readonly wrapSocket?: WrapSocket;
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
   * Further gates, asked in this order after `awaitTurn`, `awaitTools` and `sequenceResponses`.
   * @default []
   */
  readonly gates?: readonly Gate[];
  /**
   * How hard to try to connect, and to connect again after a loss; or not to try again at all.
   * @default three attempts at first, ten after a loss, within a minute
   */
  readonly reconnect?: ReconnectConfig | false;
  /**
   * Further providers, to which `connection.rotate` moves the conversation; a session with each is kept ready. They have names of
   * their own, and the audio formats of the first.
   * @default []
   */
  readonly others?: readonly Provider[];
}

/** Entries in a row that others have caused, beyond which epics are said to feed each other. */
const loopLimit = 1000;

/** The conversation is over: in good order, or with an error. */
type Ending = { readonly type: 'ending' } | { readonly type: 'failure'; readonly error: unknown };

/** Something outside the queue has changed: see whether all is done. */
const look = { type: 'look' } as const;

/** What an event has caused was handled: see what has waited for an answer. */
const ask = { type: 'ask' } as const;

type Entry = Command | VoiceEvent | Connected | Ending | typeof look | typeof ask;

/**
 * The conversation with a provider: commands and events in, everything that happens out.
 *
 * Subscribing connects; commands for the provider wait, in order, until it has said that the session is ready. Each
 * event goes to the state, the epics, the playout and the subscriber, in that order; what they cause comes after it.
 * A connection that is lost is made again, and the conversation rebuilt in the new session: `connection.lost`, `.reconnecting`, `.restored`; commands wait
 * meanwhile, and of audio as much as the configuration says. Responses that were open end with `response.done`, status `incomplete`.
 * When the source has completed, waits for open responses, held commands and the playout, then closes the socket and
 * completes. Unsubscribing ends source, epics, playout and socket, in that order.
 *
 * @throws ConfigError on call, when `others` have names that are not their own, or other audio formats.
 * @throws RangeError on call, when a setting of `reconnect` or `liveness` is out of its range.
 * @throws ConnectionError, AuthenticationError, ConfigError in-stream, when there is no connection, or no more.
 * @throws AudioError in-stream, when the playout's device is lost.
 * @throws StreamError in-stream with code `epic_loop`, when 1,000 entries in a row have caused further ones.
 */
export function realtime(
  provider: Provider,
  {
    openSocket,
    wrapSocket = identity,
    liveness = {},
    playout,
    interruptions = bargeIn(),
    turns = clientTurns,
    epics = [],
    gates = [],
    reconnect = {},
    others = [],
    ...survival
  }: RealtimeConfig,
): OperatorFunction<Command | VoiceEvent, VoiceEvent> {
  const misfit = misfitOf([...new Set([provider, ...others])]);
  if (misfit !== undefined) throw new ConfigError(`realtime: ${misfit}`, { code: 'invalid_config' });
  if (liveness !== false) checkLiveness('realtime', liveness);
  const { firstAttempts = 1, attempts = 0, withinMs = 0 } = reconnect || {};
  checkRanges('realtime', { firstAttempts: [firstAttempts, 1], attempts: [attempts, 0], withinMs: [withinMs, 0] });

  return (source) =>
    new Observable((subscriber) => {
      const dispatch = createDispatch<VoiceEvent>();
      const sounds = new Subject<PlayoutInput>();
      // The first lane may ask before there is anybody to be asked.
      const rotate = new ReplaySubject<string | undefined>(1);
      const gone = new Subject<void>();
      const running = {
        source: new Subscription(),
        epics: new Subscription(),
        playout: new Subscription(),
        socket: new Subscription(),
      };
      let state: SessionState = { ...initialState, playout: { ...initialState.playout, isPresent: playout !== undefined } };
      let isSourceOpen = true;
      let isPlayoutOpen = playout !== undefined;
      let isLeaving = false;

      const happen = (event: VoiceEvent): void => {
        state = sessionState(state, event);
        dispatch.next(event);
        if (isSound(event)) sounds.next(event);
        subscriber.next(event);
        if (event.type === 'response.done') judge(event);
        if (subscriber.closed) return;
        uplink.happened(event);
        if (uplink.isAsking()) fifo.push(ask);
      };

      /** The third place of errors: some are told in `response.done` alone. */
      const judge = (event: ServerEventOf<'response.done'>): void => {
        const error = uplink.provider().responseFailure(event);
        if (error) fifo.push({ type: 'diagnostic.response_failed', responseId: event.response.id ?? '', error });
      };

      const lose = (event: ConnectionLost): void => {
        const { responses } = state.conversation;
        uplink.lost();
        happen(event);
        for (const response of responses) fifo.push(cutOff(response));
      };

      /** Lets the playout finish, then ends. */
      const hush = (): void => {
        if (isPlayoutOpen) sounds.complete();
        else fifo.push({ type: 'ending' });
      };

      const end = (): void => {
        if (!isLeaving && uplink.leave()) {
          isLeaving = true;
          running.source.unsubscribe();
          return;
        }
        happen({ type: 'connection.closed', reason: 'completed' });
        dispatch.complete();
        subscriber.complete();
      };

      const handle = (entry: Entry): void => {
        if (isCommand(entry)) uplink.submit(entry);
        else if (entry.type === 'link') uplink.connected(entry);
        else if (entry.type === 'standby') uplink.standby(entry.link, entry);
        else if (entry.type === 'standby_failed') uplink.stay();
        else if (entry.type === 'ending') end();
        else if (entry.type === 'failure') subscriber.error(entry.error);
        else if (entry.type === 'look') uplink.release();
        else if (entry.type === 'ask') uplink.ask();
        else if (entry.type === 'connection.lost') lose(entry);
        else happen(entry);
      };

      const fifo = createFifo<Entry>({
        handle(entry) {
          try {
            handle(entry);
          } catch (error) {
            // Nobody's exception may leave the queue standing still. JavaScript may say undefined.
            const { type } = Object(entry);
            subscriber.error(new StreamError(`realtime: ${type} could not be handled`, { code: 'protocol', cause: error }));
          }
        },
        idle() {
          if (!isSourceOpen && !isLeaving) settling.look();
        },
        overflow() {
          const message = `realtime: entries have caused further ones ${loopLimit} times in a row; look for epics that answer each other`;
          subscriber.error(new StreamError(message, { code: 'epic_loop' }));
        },
        limit: loopLimit,
      });

      const uplink = createUplink({
        ...survival,
        provider,
        gates: [awaitTurn, awaitTools, sequenceResponses, ...gates],
        state: () => state,
        fold(command) {
          state = sessionState(state, command);
        },
        happen,
        later: (event) => fifo.push(event),
        look: () => fifo.push(look),
        local(command) {
          if (isSound(command)) sounds.next(command);
          else if (command.type === 'connection.rotate') rotate.next(command.to);
          else fifo.push({ type: 'ending' });
        },
      });
      const settling = createSettling(() => state, uplink.isHolding, hush);

      subscriber.add(() => {
        fifo.stop();
        settling.stop();
        uplink.stop();
        gone.next();
        for (const part of [running.source, running.epics, running.playout, running.socket]) part.unsubscribe();
      });

      [interruptions, truncateHeard, replayHeard, repeatRefused, turns, dismissSpeech, overdueTools, ...epics].forEach(
        (epic, rank) => {
          const entries$ = runEpic(
            epic,
            dispatch.stream(rank),
            () => state,
            (failed) => fifo.push(failed),
          );
          // eslint-disable-next-line rxjs-x/no-ignored-error -- runEpic makes events of them.
          running.epics.add(entries$.subscribe((entry) => fifo.push(entry)));
        },
      );
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
      const watch: WrapSocket = (open) =>
        liveness ? withLiveness(withSendWindow(wrapSocket(open)), liveness) : wrapSocket(open);
      fifo.push({ type: 'connection.starting', attempt: 1 });
      fifo.start();
      // A subscriber that has enough by now opens nothing.
      if (subscriber.closed) return;
      running.socket.add(
        keepConnected(provider, watch(openSocket), {
          wrapTransport: watch,
          ...(reconnect === false ? never : reconnect),
          rotate$: rotate,
          others,
        }).subscribe({
          next: (said) => fifo.push(said),
          error: (error: unknown) => fifo.push({ type: 'failure', error }),
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

const never: ReconnectConfig = { firstAttempts: 1, attempts: 0, withinMs: 0 };

/** What everybody who waits for a response is told when the connection is gone. */
const cutOff = ({ id, conversationId, metadata }: OpenResponse): VoiceEvent => ({
  type: 'response.done',
  event_id: '',
  response: {
    id,
    ...(conversationId === undefined ? {} : { conversation_id: conversationId }),
    ...(metadata === undefined ? {} : { metadata }),
    status: 'incomplete',
    status_details: { type: 'incomplete', reason: 'connection_lost' },
  },
});
