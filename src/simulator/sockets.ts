import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { AsyncSubject, concat, firstValueFrom, type MonoTypeOperatorFunction, map, of } from 'rxjs';
import { type WebSocket, WebSocketServer } from 'ws';
import * as E from '../either.js';
import { type FaultPlan, handshakeFault } from '../faults/fault-plan.js';
import { hasFaults, injectFaults } from '../faults/inject-faults.js';
import { type ServerStep, say, type WireEvent } from '../faults/server-step.js';
import { brain } from './brain.js';
import type { ClientSecrets } from './client-secrets.js';
import { type Behaviour, type Connection, connection } from './connection.js';
import { encodeEvent } from './encode-event.js';
import { answerUpgrade, failHandshake } from './fail-handshake.js';
import { type Admission, admit, closeReason, isRealtimePath, type Rejection } from './handshake.js';
import { idsFrom, type NewId } from './ids.js';
import { ofConnection, type Recording } from './recording.js';
import { type ReplayConfig, type ReplayEnd, replaySession } from './replay.js';
import { simulateSession } from './session.js';
import { sessionSeconds } from './session-defaults.js';
import type { SimulatorConfig } from './simulator-config.js';
import type { Speak } from './speech/voice.js';

/** The settings of a server, with its recording read. */
export interface SocketsConfig extends Omit<SimulatorConfig, 'replay'> {
  readonly replay: { readonly config: ReplayConfig; readonly recording: Recording } | undefined;
}

/** The WebSocket side of a server. */
export interface Sockets {
  /** Clients that are connected. */
  readonly size: number;
  press(key: string, connection: number | undefined): void;
  replayed(connection: number): Promise<ReplayEnd>;
  /** Ends every connection, those that hang too. */
  close(): void;
}

/** 15 MiB of audio, the most that one append may hold, is 20 MiB of base64. */
const maxPayload = 21 * 1024 * 1024;

const close = (code: number, reason: string): ServerStep => ({ type: 'close', code, reason });

/** A client that is not let in: the upgrade is granted, then comes the error, then the close. */
const turnAway = (rejection: Rejection, newId: NewId): Behaviour => {
  const error = { ...rejection.failure, event_id: null };
  const event = { type: 'error', event_id: newId('event'), error } as WireEvent;
  return () => of(say(event), close(rejection.closeCode, closeReason(rejection)));
};

/** A session of its own; its end is the end of its time. */
const simulate = (
  config: SocketsConfig,
  { model, session }: Admission,
  speak: Speak,
  newId: NewId,
  isFull: () => boolean,
): Behaviour => {
  const { script = [], respond = brain, pace = 'service', transcribe, sessionMs = sessionSeconds * 1000 } = config;
  const run = simulateSession({
    model,
    script,
    respond,
    speak,
    pace,
    newId,
    isFull,
    ...(session ? { settings: session } : {}),
    ...(transcribe ? { transcribe } : {}),
    lifeMs: sessionMs,
    expiresAt: Math.floor((Date.now() + sessionMs) / 1000),
  });
  return (messages$) => concat(messages$.pipe(run, map(say)), of(close(1001, 'session_expired')));
};

/**
 * Bytes on their way to a client above which no more audio is made for it: some 4 s of it. What it has got already it
 * plays for long enough.
 */
const mostAhead = 256 * 1024;

/** Lets clients in, through `upgrade` of an HTTP server. */
export const acceptSockets = (server: Server, config: SocketsConfig, secrets: ClientSecrets, speak: Speak): Sockets => {
  const { faults = [], seed = 0, replay } = config;
  const plan: FaultPlan = { faults, seed };
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has('realtime') ? 'realtime' : false),
  });
  const hanging = new Set<Duplex>();
  const connections = new Map<number, Connection>();
  const replays = new Map<number, AsyncSubject<ReplayEnd>>();
  let count = 0;

  const replayOf = (number: number): AsyncSubject<ReplayEnd> => {
    const known = replays.get(number) ?? new AsyncSubject<ReplayEnd>();
    replays.set(number, known);
    return known;
  };

  const ended = (number: number) => (end: ReplayEnd) => {
    replayOf(number).next(end);
    replayOf(number).complete();
  };

  /** To who is not let in nothing is played. */
  const turnedAway = (number: number): void => {
    if (replay) ended(number)({ complete: false, mismatches: [] });
  };

  const behaviourOf = (socket: WebSocket, request: IncomingMessage, number: number): Behaviour => {
    const newId = idsFrom();
    const admission = admit(request, config, secrets, Date.now());
    if (E.isLeft(admission)) {
      turnedAway(number);
      return turnAway(admission.left, newId);
    }
    if (replay) return replaySession(ofConnection(replay.recording, number), replay.config, newId, ended(number));
    return simulate(config, admission.right, speak, newId, () => socket.bufferedAmount > mostAhead);
  };

  const open = (socket: WebSocket, stream: Duplex, request: IncomingMessage, number: number) => {
    const faulty: MonoTypeOperatorFunction<ServerStep> | undefined = hasFaults(plan, number)
      ? injectFaults(plan, number)
      : undefined;
    socket.on('close', () => connections.delete(number));
    const behave = behaviourOf(socket, request, number);
    connections.set(number, connection(socket, stream, behave, { faults: faulty, ...(replay ? {} : { encode: encodeEvent }) }));
  };

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => undefined);
    if (!isRealtimePath(request.url)) return answerUpgrade(socket, 404);
    const number = ++count;
    const fault = handshakeFault(plan, number);
    if (!fault) return sockets.handleUpgrade(request, socket, head, (opened) => open(opened, socket, request, number));
    turnedAway(number);
    hanging.add(socket);
    socket.on('close', () => hanging.delete(socket));
    failHandshake(socket, fault);
  });

  return {
    get size() {
      return sockets.clients.size;
    },
    press(key, number) {
      const event = { type: 'input_audio_buffer.dtmf_event_received', event: key, received_at: Math.floor(Date.now() / 1000) };
      for (const [each, client] of connections) if (number === undefined || number === each) client.say(event);
    },
    replayed: (number) =>
      replay
        ? firstValueFrom(replayOf(number), { defaultValue: { complete: false, mismatches: [] } })
        : Promise.reject(new Error('simulator.replayed: nothing is replayed; give `replay`')),
    close() {
      for (const socket of sockets.clients) socket.terminate();
      for (const socket of hanging) socket.destroy();
      sockets.close();
    },
  };
};
