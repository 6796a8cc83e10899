import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as E from 'fp-ts/lib/Either.js';
import { firstValueFrom, Observable } from 'rxjs';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Millis } from '../audio.js';
import { ConfigError } from '../errors.js';
import type { Respond, Script } from './answer.js';
import { brain } from './brain.js';
import { admit, closeReason, isRealtimePath } from './handshake.js';
import type { Transcribe } from './hearing.js';
import { idsFrom } from './ids.js';
import type { Pace } from './pace.js';
import { type Message, simulateSession } from './session.js';
import { sessionSeconds } from './session-defaults.js';
import type { SessionConfig } from './session-state.js';
import { builtInVoice } from './speech/built-in.js';
import { cached } from './speech/cached.js';
import { espeakIsThere, espeakVoice } from './speech/espeak.js';
import type { Speak, VoiceName } from './speech/voice.js';

export interface SimulatorConfig {
  /**
   * Port to listen on; 0 takes a free one.
   * @default 0
   */
  readonly port?: number;
  /** @default '127.0.0.1' */
  readonly host?: string;
  /**
   * What each turn of a session says, from its first; every session begins at the beginning. After its end `respond` answers.
   * @default []
   */
  readonly script?: Script;
  /**
   * Answers the turns that the script has nothing for.
   * @default the built-in model: declared tools when their keywords come up, the weather, small talk
   */
  readonly respond?: Respond;
  /**
   * Understands what the user says, for turns whose words the script does not tell: asked once for each utterance, with
   * the last 2 minutes of its audio at most.
   * @default nothing understands speech: transcription fails, and says so
   */
  readonly transcribe?: Transcribe;
  /**
   * After how long a session ends with `session_expired` and 1001, in milliseconds; at most 24 days.
   * @default 3600000, an hour
   */
  readonly sessionMs?: Millis;
  /**
   * How fast answers are sent.
   * @default 'service', 12 times as fast as they play
   */
  readonly pace?: Pace;
  /**
   * Who speaks.
   * @default 'espeak-ng' where it is on the PATH, else 'built-in'
   */
  readonly voice?: VoiceName;
  /**
   * The keys that are let in, others are turned away as the service does: 101, `error`, close 3000.
   * @default every key, and none at all
   */
  readonly apiKeys?: readonly string[];
  /**
   * The models that there are; for others 101, `error`, close 4000.
   * @default every name
   */
  readonly models?: readonly string[];
}

/** A Realtime service on this machine. */
export interface Simulator {
  readonly port: number;
  /** For example `ws://127.0.0.1:43210/v1/realtime`; clients add `?model=…`. */
  readonly url: string;
  /** Sessions that are open now. */
  readonly connections: number;
  readonly voice: VoiceName;
  /** Ends all sessions without waiting for the clients and frees the port; a second call does nothing more. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** 15 MiB of audio, the most that one append may hold, is 20 MiB of base64. */
const maxPayload = 21 * 1024 * 1024;

const messagesOf = (socket: WebSocket): Observable<Message> =>
  new Observable((subscriber) => {
    socket.on('message', (data: Buffer, isBinary) => subscriber.next(isBinary ? data : data.toString()));
    socket.on('close', () => subscriber.complete());
  });

const serve = (socket: WebSocket, request: IncomingMessage, config: SimulatorConfig, voices: Speak): void => {
  // What a broken socket has to say is said by its close.
  socket.on('error', () => undefined);
  const newId = idsFrom();
  const { sessionMs = sessionSeconds * 1000 } = config;
  const admission = admit(request, config);
  if (E.isLeft(admission)) {
    const { failure, closeCode } = admission.left;
    socket.send(JSON.stringify({ type: 'error', event_id: newId('event'), error: { ...failure, event_id: null } }));
    socket.close(closeCode, closeReason(admission.left));
    return;
  }
  const session: SessionConfig = {
    model: admission.right.model,
    script: config.script ?? [],
    respond: config.respond ?? brain,
    speak: voices,
    pace: config.pace ?? 'service',
    newId,
    ...(config.transcribe ? { transcribe: config.transcribe } : {}),
    lifeMs: sessionMs,
    expiresAt: Math.floor((Date.now() + sessionMs) / 1000),
  };
  messagesOf(socket)
    .pipe(simulateSession(session))
    .subscribe({
      next: (event) => socket.send(JSON.stringify(event)),
      error: () => socket.close(1011, 'server_error'),
      // Its time is over; where the client has gone, there is nothing to close any more.
      complete: () => socket.close(1001, 'session_expired'),
    });
};

const chooseVoice = async ({ voice }: SimulatorConfig): Promise<VoiceName> =>
  voice ?? ((await firstValueFrom(espeakIsThere(), { defaultValue: false })) ? 'espeak-ng' : 'built-in');

const listen = (server: ReturnType<typeof createServer>, port: number, host: string): Promise<AddressInfo> =>
  new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new ConfigError(`simulator: cannot listen on ${host}:${port}; choose another port, or 0 for a free one`, {
          code: 'invalid_config',
          cause,
        }),
      ),
    );
    server.listen(port, host, () => resolve(server.address() as AddressInfo));
  });

/**
 * Starts a WebSocket server that speaks the Realtime protocol as OpenAI's service does: turn detection, conversation,
 * responses with audio, tools, interruption, and the errors.
 *
 * @returns The running server, once it listens. It keeps the process alive until it is closed.
 * @throws ConfigError when the port cannot be had.
 */
export const startSimulator = async (config: SimulatorConfig = {}): Promise<Simulator> => {
  const { port = 0, host = '127.0.0.1' } = config;
  const voice = await chooseVoice(config);
  const speak = cached(voice === 'espeak-ng' ? espeakVoice() : builtInVoice);
  const server = createServer((_request, response) => {
    response.writeHead(404, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: { type: 'invalid_request_error', code: null, message: 'Not found', param: null } }));
  });
  const sockets = new WebSocketServer({
    server,
    maxPayload,
    perMessageDeflate: false,
    verifyClient: ({ req }, answer) => answer(isRealtimePath(req.url), 404, 'Not Found'),
    handleProtocols: (offered) => (offered.has('realtime') ? 'realtime' : false),
  });
  // The server says it too, and there it is heard.
  sockets.on('error', () => undefined);
  sockets.on('connection', (socket, request) => serve(socket, request, config, speak));
  const address = await listen(server, port, host);

  let closed: Promise<void> | undefined;
  const close = (): Promise<void> =>
    (closed ??= new Promise((resolve) => {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      server.close(() => resolve());
      server.closeAllConnections();
    }));

  return {
    port: address.port,
    url: `ws://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}/v1/realtime`,
    get connections() {
      return sockets.clients.size;
    },
    voice,
    close,
    [Symbol.asyncDispose]: close,
  };
};
