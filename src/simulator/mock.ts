import { concat, defer, finalize, map, of, Subject, switchMap, timer } from 'rxjs';
import type { Millis } from '../audio.js';
import { unixNow } from '../clock.js';
import type { Capabilities, OpenSocket, Provider, SocketEvent } from '../providers/provider.js';
import { realtimeCapabilities, realtimeErrors, realtimeProtocol } from '../providers/realtime-protocol.js';
import type { SessionPatch } from '../wire/session.js';
import type { Respond, Script } from './answer.js';
import { brain } from './brain.js';
import { encodeEvent } from './encode-event.js';
import type { Transcribe } from './hearing.js';
import type { NewId } from './ids.js';
import type { Pace } from './pace.js';
import { type Message, type SentEvent, simulateSession } from './session.js';
import { builtInVoice } from './speech/built-in.js';
import { cached } from './speech/cached.js';
import type { Speak } from './speech/voice.js';

/** How the mock is to behave. */
export interface MockConfig {
  /**
   * What errors call it; `failover` wants names that differ.
   * @default 'mock'
   */
  readonly name?: string;
  /**
   * What each turn of a session says, from its first; every session begins at the beginning. After its end `respond` answers.
   * @default []
   */
  readonly script?: Script;
  /**
   * Answers the turns that the script has nothing for. One that throws makes the response fail.
   * @default the built-in model: declared tools when their keywords come up, the weather, small talk
   */
  readonly respond?: Respond;
  /**
   * Understands what the user says, for turns whose words the script does not tell.
   * @default nothing understands speech: transcription fails, and says so
   */
  readonly transcribe?: Transcribe;
  /**
   * Makes the voice: mono PCM16 at 24 kHz.
   * @default a speech-like sound, the same for the same text
   */
  readonly speak?: Speak;
  /**
   * How fast answers come.
   * @default 'instant': all of an answer at once
   */
  readonly pace?: Pace;
  /**
   * How long a connection takes to open, in milliseconds.
   * @default 0
   */
  readonly connectMs?: Millis;
  /**
   * After how long a session ends with `session_expired` and 1001, in milliseconds.
   * @default Infinity: never, so that a test in virtual time comes to an end
   */
  readonly sessionMs?: Millis;
  /** @default 'gpt-realtime-2.1' */
  readonly model?: string;
  /** Settings to send as soon as the session is ready. */
  readonly session?: SessionPatch;
}

/** A service within this process: a provider that brings its own transport. */
export type MockProvider = Provider & { readonly transport: OpenSocket };

/**
 * The service of `startSimulator` without its server: the same sessions, in this process, with neither sockets nor `node:*`, in virtual time or real.
 *
 * Follows a script, and answers as the service does: conversation, turn detection, responses with audio and transcript, function calls, usage,
 * responses out of band, truncation, input transcription by script, refusals. Ids and audio are the same at each run.
 *
 * @see `faultySocket` of `rxvox/marbles`, for what goes wrong on the way: `{ ...service, transport: faultySocket(service.transport, faults) }`.
 */
export const mock = (config: MockConfig = {}): MockProvider => {
  const { name = 'mock', session, sessionMs = Number.POSITIVE_INFINITY, connectMs = 0 } = config;
  const speak = cached(config.speak ?? builtInVoice);
  const newId = countedIds();
  return {
    name,
    capabilities: capabilitiesOf(sessionMs),
    request: () => of({ url: 'mock:' }),
    transport: () => timer(connectMs).pipe(switchMap(() => served({ ...config, speak, sessionMs }, newId))),
    ...(session ? { session: { type: 'realtime', ...session } } : {}),
    protocol: () => realtimeProtocol,
    ...realtimeErrors(name),
  };
};

const capabilitiesOf = (maxSessionMs: Millis): Capabilities => {
  const { maxSessionMs: _, ...capabilities } = realtimeCapabilities;
  return Number.isFinite(maxSessionMs) ? { ...capabilities, maxSessionMs } : capabilities;
};

/** Over all sessions of a provider: a new session is told the items of the one before under their own ids. */
const countedIds = (): NewId => {
  let count = 0;
  return (prefix) => `${prefix}_${++count}`;
};

/** One connection, from `open` to the end of its session. */
const served = (
  { script = [], respond = brain, transcribe, pace = 'instant', model = 'gpt-realtime-2.1', ...config }: Served,
  newId: NewId,
) =>
  defer(() => {
    const message$ = new Subject<Message>();
    const { speak, sessionMs: lifeMs } = config;
    const said$ = message$.pipe(
      simulateSession({
        model,
        script,
        respond,
        speak,
        pace,
        newId,
        ...(transcribe ? { transcribe } : {}),
        isFull: () => false,
        lifeMs,
        // In whole seconds, none too few, so that `maxSessionMs` decides; a session without an end says null.
        expiresAt: Math.ceil((unixNow() + lifeMs) / 1000),
      }),
      map((event): SocketEvent => ({ type: 'message', data: encodeEvent(plain(event)) })),
    );
    const socket = { send: (frame: Message) => message$.next(frame), bufferedAmount: 0 };
    return concat(of<SocketEvent>({ type: 'open', socket }), said$, of<SocketEvent>(expired)).pipe(
      finalize(() => message$.complete()),
    );
  });

interface Served extends MockConfig {
  readonly speak: Speak;
  readonly sessionMs: Millis;
}

const expired = { type: 'close', code: 1001, reason: 'session_expired' } as const;

/** Without the filler that hides lengths on a wire: it is random. */
const plain = (event: SentEvent): SentEvent => {
  if (!('obfuscation' in event)) return event;
  const { obfuscation: _, ...rest } = event;
  return rest as SentEvent;
};
