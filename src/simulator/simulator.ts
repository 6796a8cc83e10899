import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { firstValueFrom } from 'rxjs';
import { ConfigError } from '../errors.js';
import { misfitFault } from '../faults/check-fault.js';
import { createClientSecrets } from './client-secrets.js';
import { httpRoutes } from './http-routes.js';
import { idsFrom } from './ids.js';
import { readRecording } from './recording.js';
import type { ReplayConfig, ReplayEnd } from './replay.js';
import type { SimulatorConfig } from './simulator-config.js';
import { acceptSockets } from './sockets.js';
import { builtInVoice } from './speech/built-in.js';
import { cached } from './speech/cached.js';
import { espeakIsThere, espeakVoice } from './speech/espeak.js';
import type { VoiceName } from './speech/voice.js';

/** A Realtime service on this machine. */
export interface Simulator {
  readonly port: number;
  /** For example `ws://127.0.0.1:43210/v1/realtime`; clients add `?model=…`. */
  readonly url: string;
  /** Sessions that are open now. */
  readonly connections: number;
  readonly voice: VoiceName;
  /**
   * Presses a key of the caller's telephone: `input_audio_buffer.dtmf_event_received`, in one connection or in all.
   *
   * @param key `0` to `9`, `*`, `#`, `A` to `D`.
   * @param connection Number of the connection, from 1, in the order in which they came.
   * @throws RangeError when there is no such key.
   */
  press(key: string, connection?: number): void;
  /**
   * How a replay went: of one connection, once all was played, or the client has gone or was not let in. Rejects where nothing is replayed.
   *
   * @param connection Number of the connection, from 1. @default 1
   */
  replayed(connection?: number): Promise<ReplayEnd>;
  /** Ends all sessions without waiting for the clients and frees the port; a second call does nothing more. */
  close(): Promise<void>;
  /** `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

const invalid = (message: string, cause?: unknown): ConfigError =>
  new ConfigError(`simulator: ${message}`, { code: 'invalid_config', ...(cause === undefined ? {} : { cause }) });

const chooseVoice = async ({ voice, replay }: SimulatorConfig): Promise<VoiceName> => {
  if (voice === 'built-in' || replay) return 'built-in';
  return (await firstValueFrom(espeakIsThere(), { defaultValue: false })) ? 'espeak-ng' : 'built-in';
};

/** Why a server cannot listen. */
const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use; choose another, or 0 for a free one',
  EACCES: 'permission denied; choose a port from 1024',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'this machine has no such address',
};

const reasonOf = ({ code = '' }: NodeJS.ErrnoException): string => reasons[code] ?? 'choose another port, or 0 for a free one';

const listen = (server: ReturnType<typeof createServer>, port: number, host: string): Promise<AddressInfo> =>
  new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(invalid(`cannot listen on ${host}:${port}; ${reasonOf(cause)}`, cause)),
    );
    server.listen(port, host, () => resolve(server.address() as AddressInfo));
  });

const readReplay = async (replay: string | ReplayConfig) => {
  const config = typeof replay === 'string' ? { file: replay } : replay;
  return { config, recording: await readRecording(config.file) };
};

/**
 * Starts a WebSocket server that speaks the Realtime protocol as OpenAI's service does: turn detection, conversation,
 * responses with audio, tools, interruption, and the errors. Mints ephemeral secrets at `POST /v1/realtime/client_secrets`.
 *
 * @returns The running server, once it listens. It keeps the process alive until it is closed.
 * @throws ConfigError when there is no such port, it cannot be had, a fault is none, or the recording cannot be read.
 */
export const startSimulator = async (config: SimulatorConfig = {}): Promise<Simulator> => {
  const { port = 0, host = '127.0.0.1', faults = [] } = config;
  if (!(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
    throw invalid(`port must be a whole number from 0 to 65535, got ${port}`);
  }
  const misfit = faults.map(misfitFault).find((words) => words !== undefined);
  if (misfit !== undefined) throw invalid(misfit);
  const replay = config.replay === undefined ? undefined : await readReplay(config.replay);
  const voice = await chooseVoice(config);
  const speak = cached(voice === 'espeak-ng' ? espeakVoice() : builtInVoice);
  const secrets = createClientSecrets(Date.now, idsFrom());
  const server = createServer(httpRoutes(config, secrets));
  const sockets = acceptSockets(server, { ...config, replay }, secrets, speak);
  const address = await listen(server, port, host);

  let closed: Promise<void> | undefined;
  const close = (): Promise<void> =>
    (closed ??= new Promise((resolve) => {
      sockets.close();
      server.close(() => resolve());
      server.closeAllConnections();
    }));

  return {
    port: address.port,
    url: `ws://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}/v1/realtime`,
    get connections() {
      return sockets.size;
    },
    voice,
    press(key, connection) {
      if (!/^[0-9*#A-D]$/.test(key)) throw new RangeError('simulator.press: a key is 0 to 9, *, # or A to D');
      sockets.press(key, connection);
    },
    replayed: (connection = 1) => sockets.replayed(connection),
    close,
    [Symbol.asyncDispose]: close,
  };
};
