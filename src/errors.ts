import type { Millis } from './audio.js';

/** What went wrong, finer than the class. */
export type ErrorCode =
  // connection
  | 'refused'
  | 'dns'
  | 'tls'
  | 'timeout'
  | 'http'
  | 'lost'
  | 'heartbeat'
  | 'NOT_CONNECTED'
  | 'rate_limited'
  | 'quota'
  | 'session_expired'
  // authentication
  | 'missing_key'
  | 'unauthorized'
  | 'forbidden'
  // provider and protocol
  | 'invalid_request'
  | 'protocol'
  | 'server_error'
  | 'epic_loop'
  | 'backpressure'
  | 'unsupported'
  // audio and devices
  | 'format_mismatch'
  | 'bad_wav'
  | 'bad_audio'
  | 'file'
  | 'backend_missing'
  | 'no_device'
  | 'open_failed'
  | 'device_lost'
  | 'close_timeout'
  // tools and configuration
  | 'threw'
  | 'bad_arguments'
  | 'bad_result'
  | 'cancelled'
  | 'invalid_config';

/** Details of an error; none may hold a key, audio or a transcript. */
export interface ErrorDetails {
  readonly code: ErrorCode;
  /** Whether trying the same again can help. @default false */
  readonly retryable?: boolean;
  /** How long the other side asked us to wait, in milliseconds; 0 where another provider can be tried at once. */
  readonly retryAfterMs?: Millis;
  /** Close code of the socket, where there was one. */
  readonly closeCode?: number;
  /** HTTP status, where there was one. */
  readonly status?: number;
  readonly cause?: unknown;
}

/** Every error of rxvox. Switch on `_tag`: `instanceof` fails between the ESM and the CJS copy. */
export class EngineError extends Error {
  readonly _tag: string = 'EngineError';
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly retryAfterMs: Millis | undefined;
  readonly closeCode: number | undefined;
  readonly status: number | undefined;

  constructor(message: string, { code, retryable = false, retryAfterMs, closeCode, status, cause }: ErrorDetails) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
    this.retryable = retryable;
    this.retryAfterMs = retryAfterMs;
    this.closeCode = closeCode;
    this.status = status;
  }

  /** What is worth a line in a log: no stack, no cause. */
  toJSON(): Record<string, unknown> {
    const { name, _tag, message, code, retryable, retryAfterMs, closeCode, status } = this;
    return { name, _tag, message, code, retryable, retryAfterMs, closeCode, status };
  }
}

/** The connection could not be made or was lost: `refused`, `dns`, `tls`, `timeout`, `http`, `lost`, `heartbeat`, `rate_limited`, `quota`, `session_expired`, `NOT_CONNECTED`. */
export class ConnectionError extends EngineError {
  override readonly _tag = 'ConnectionError';
}

/** The provider did not accept the credentials, or there are none: `missing_key`, `unauthorized`, `forbidden`. Never retryable with the same key. */
export class AuthenticationError extends EngineError {
  override readonly _tag = 'AuthenticationError';
}

/** Devices, files and formats: `format_mismatch`, `bad_wav`, `bad_audio`, `file`, `backend_missing`, `no_device`, `open_failed`, `device_lost`, `close_timeout`. */
export class AudioError extends EngineError {
  override readonly _tag = 'AudioError';
}

/** What the provider said cannot be used, or the stream would never end: `protocol`, `server_error`, `invalid_request`, `epic_loop`, `backpressure`. */
export class StreamError extends EngineError {
  override readonly _tag = 'StreamError';
}

/** A tool failed: `threw`, `timeout`, `bad_arguments`, `bad_result`, `unsupported` (there is none of that name), `cancelled`. */
export class ToolError extends EngineError {
  override readonly _tag = 'ToolError';
}

/** The caller's settings cannot work: `invalid_config`, `unsupported`. */
export class ConfigError extends EngineError {
  override readonly _tag = 'ConfigError';
}

/** The family, for `switch (error._tag)`. */
export type VoxError = ConnectionError | AuthenticationError | AudioError | StreamError | ToolError | ConfigError;
