import type { Millis } from '../audio.js';
import { AuthenticationError, ConfigError, ConnectionError, type EngineError, StreamError } from '../errors.js';
import { inputFormatOf, outputFormatOf, type WireFormat } from '../state/audio-format.js';
import { encodeClientEvent } from '../wire/encode.js';
import type { ServerEventOf } from '../wire/server-event.js';
import type { SessionPatch } from '../wire/session.js';
import { parseServerEvent } from './parse-server-event.js';
import type { AudioFormat, Capabilities, Protocol, Provider, SocketRejected } from './provider.js';

const decoder = new TextDecoder();

/** OpenAI's GA Realtime protocol: one JSON object a text frame, the server speaks first, no state. */
export const realtimeProtocol: Protocol = {
  greeting: [],
  parse: (frame) => [parseServerEvent(typeof frame === 'string' ? frame : decoder.decode(frame))],
  serialize: (command) => [encodeClientEvent(command)],
  isReady: (event) => event.type === 'session.created',
  reply: () => [],
};

/** What services of this protocol can do. 24 kHz mono PCM16 both ways, sessions of 60 minutes. */
export const realtimeCapabilities: Capabilities = {
  input: { encoding: 'pcm16', sampleRate: 24_000 },
  output: { encoding: 'pcm16', sampleRate: 24_000 },
  style: 'turns',
  truncation: 'client',
  speechEvents: true,
  manualTurns: true,
  textOutput: true,
  resumption: 'none',
  usage: 'tokens',
  maxSessionMs: 3_600_000,
};

/** The same in the audio formats that a session begins with. */
export const capabilitiesWith = (session: SessionPatch | undefined): Capabilities => ({
  ...realtimeCapabilities,
  input: audioFormat(inputFormatOf(session)),
  output: audioFormat(outputFormatOf(session)),
});

const audioFormat = ({ encoding, sampleRate }: WireFormat): AudioFormat => ({ encoding, sampleRate });

/** The three places of errors, as services of this protocol use them. */
export const realtimeErrors = (name: string): Pick<Provider, 'rejected' | 'closed' | 'responseFailure'> => ({
  rejected: (answer) => rejection(name, answer),
  closed: (code, reason, lastError) => closure(name, code, reason, lastError),
  responseFailure: (event) => failure(name, event),
});

const rejection = (name: string, { status, headers, body }: SocketRejected): EngineError => {
  const says = `${name} answered HTTP ${status}`;
  if (status === 401) {
    return new AuthenticationError(`${says}: the API key was not accepted; check it`, { code: 'unauthorized', status });
  }
  if (status === 403) {
    return new AuthenticationError(`${says}: this key may not use the service or model`, { code: 'forbidden', status });
  }
  if (status === 429 && body.includes('insufficient_quota')) {
    return new ConnectionError(`${says}: the account's quota is used up`, { code: 'quota', status });
  }
  if (status === 429) {
    const retryAfterMs = retryAfter(headers['retry-after']);
    const wait = retryAfterMs === undefined ? '' : `; it asks to wait ${retryAfterMs} ms`;
    return new ConnectionError(`${says}: too many requests${wait}`, {
      code: 'rate_limited',
      retryable: true,
      status,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }
  if (status >= 500 || status === 408) {
    return new ConnectionError(`${says}: it cannot serve now`, { code: 'http', retryable: true, status });
  }
  return new ConfigError(`${says}: check the address and the model`, { code: 'invalid_config', status });
};

/** Seconds, as the header carries them; 0 asks for no wait, and a date is not understood: both count as absent. */
const retryAfter = (header: string | undefined): number | undefined => {
  const seconds = Number(header ?? Number.NaN);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
};

/** How long to leave a service alone that closes with 1013, "try again later". */
const laterMs: Millis = 1000;

/** Closes that a new attempt cannot help: protocol violations of ours. */
const ourFault: ReadonlySet<number> = new Set([1002, 1003, 1007, 1008, 1009, 1010]);

const closure = (name: string, closeCode: number, reason: string, lastError?: ServerEventOf<'error'>): EngineError => {
  const why = lastError?.error.code ?? (reason || undefined);
  const says = `${name} closed the connection (${closeCode}${why ? `, ${why}` : ''})`;
  if (closeCode === 3000) return new AuthenticationError(`${says}: check the API key`, { code: 'unauthorized', closeCode });
  if (closeCode >= 4000) return new ConfigError(`${says}: check model and settings`, { code: 'invalid_config', closeCode });
  if (ourFault.has(closeCode)) return new StreamError(says, { code: 'protocol', closeCode });
  const code = why === 'session_expired' ? 'session_expired' : 'lost';
  return new ConnectionError(says, {
    code,
    retryable: true,
    closeCode,
    ...(closeCode === 1013 ? { retryAfterMs: laterMs } : {}),
  });
};

const failure = (name: string, { response }: ServerEventOf<'response.done'>): EngineError | undefined => {
  if (response.status !== 'failed') return undefined;
  const details = response.status_details;
  const why = (typeof details === 'object' && details?.error?.code) || 'server_error';
  const says = `${name}: the response failed (${why})`;
  if (why === 'insufficient_quota') return new ConnectionError(says, { code: 'quota' });
  if (why === 'rate_limit_exceeded') return new ConnectionError(says, { code: 'rate_limited', retryable: true });
  return new StreamError(says, { code: 'server_error', retryable: true });
};
