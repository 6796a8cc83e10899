import type { Observable } from 'rxjs';
import type { AudioFrame, Hertz, Millis } from '../audio.js';
import type { Channels, RawFormat } from '../dsp/formats/byte-format.js';
import { ConfigError } from '../errors.js';
import { type Fields, misfitsOf } from '../wire/check-fields.js';
import { ConversationMode, TestMode } from './conversation-mode.js';
import { type OptimizeFor, optimizations } from './optimizations.js';
import { streamFields } from './stream-fields.js';

/** What the audio of a `VoxStream` is; all of it may be left out. */
export interface StreamConfig {
  /**
   * Samples per second of bytes and of samples that come without a rate, 8000 to 192000.
   * @default 24000
   */
  readonly sampleRate?: Hertz;
  /**
   * Channels of bytes and of samples, 1 or 2. Two are mixed down to one, and what is given back is the same on both.
   * @default 1
   */
  readonly channels?: Channels;
  /**
   * Length of the chunks that streams emit, in milliseconds, 10 to 200.
   * @default 20; 10 with `optimizeFor: 'latency'`
   */
  readonly chunkDurationMs?: Millis;
  /**
   * What bytes are.
   * @default 'pcm16'
   */
  readonly format?: RawFormat;
  /**
   * {@link optimizations} says what each sets.
   * @default 'balanced'
   */
  readonly optimizeFor?: OptimizeFor;
}

/** What may be said of a `VoxStream`; all of it may be left out. */
export interface VoxStreamConfig {
  /** What the audio is. */
  readonly config?: StreamConfig;
  /**
   * `config.optimizeFor`, for short; give one of them.
   * @default 'balanced'
   */
  readonly optimizeFor?: OptimizeFor;
  /**
   * How a conversation is held, or `TestMode.LOCAL_MIC`.
   * @default 'natural'
   */
  readonly mode?: ConversationMode | TestMode;
  /**
   * Opens the microphone, for `captureLocal`: `capture` of `rxvox/node`.
   * @default none
   */
  readonly microphone?: (config: { readonly sampleRate: Hertz; readonly chunkMs: Millis }) => Observable<AudioFrame>;
}

/** A configuration with its defaults. */
export type StreamSettings = Required<StreamConfig> & {
  readonly mode: ConversationMode;
  readonly isLocal: boolean;
  readonly microphone: VoxStreamConfig['microphone'];
};

/**
 * Throws unless every field is one that there is and holds what it may.
 *
 * @throws ConfigError `invalid_config`, a line for each field, with the nearest name where one is unknown.
 */
export function checked<Config extends object>(who: string, fields: Fields<string>, config: unknown): Config {
  const misfits =
    typeof config === 'object' && config !== null
      ? misfitsOf(fields, config)
      : [`must be an object, got ${config === null ? 'null' : `a ${typeof config}`}`];
  if (misfits.length > 0) throw new ConfigError(`${who}: ${misfits.join('\n')}`, { code: 'invalid_config' });
  return Object.fromEntries(Object.entries(config as Config).filter(([, value]) => value !== undefined)) as Config;
}

/**
 * Reads what the user has written, and fills in what was left out.
 *
 * @throws ConfigError `invalid_config`, which names all fields that are wrong or unknown.
 */
export function streamSettings(given: unknown): StreamSettings {
  const {
    config = {},
    optimizeFor: short,
    mode = ConversationMode.NATURAL,
    microphone,
  } = checked<VoxStreamConfig>('VoxStream', streamFields, given);
  if (short !== undefined && config.optimizeFor !== undefined && short !== config.optimizeFor) {
    throw new ConfigError('VoxStream: optimizeFor: is config.optimizeFor by another name; give one of them', {
      code: 'invalid_config',
    });
  }
  const optimizeFor = short ?? config.optimizeFor ?? 'balanced';
  const isLocal = mode === TestMode.LOCAL_MIC;
  return {
    sampleRate: config.sampleRate ?? 24_000,
    channels: config.channels ?? 1,
    chunkDurationMs: config.chunkDurationMs ?? optimizations[optimizeFor].chunkDurationMs,
    format: config.format ?? 'pcm16',
    optimizeFor,
    mode: isLocal ? ConversationMode.NATURAL : (mode as ConversationMode),
    isLocal,
    microphone,
  };
}
