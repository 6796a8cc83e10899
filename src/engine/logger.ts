import { bytesIn } from '../wire/base64.js';
import type { EngineEvent } from './engine-event.js';
import { asEngineError } from './event-failure.js';

/** What is worth a line in the log; each takes in those after it. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** What a line of the log says beside its message. */
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * Where a log goes: `console` and a logger of pino or bunyan are ones as they are. The fields stand first, for pino takes what stands behind the
 * message as values of its placeholders, and drops it where there are none. A method that throws or rejects is told by `engine.error`.
 */
export interface Logger {
  /** Everything but audio. */
  debug(fields: LogFields, message: string): unknown;
  /** What a conversation does. */
  info(fields: LogFields, message: string): unknown;
  /** What was survived. */
  warn(fields: LogFields, message: string): unknown;
  /** What ended something. */
  error(fields: LogFields, message: string): unknown;
}

type Line<Event> = readonly [level: 'info' | 'warn', ...fields: readonly (keyof Event)[]];
type Lines = { readonly [Type in EngineEvent['type']]?: Line<Extract<EngineEvent, { readonly type: Type }>> };

/**
 * What is told above `debug`, and which of its fields: none that holds audio, words, arguments or keys. What `engine.error` tells, too, is told by
 * that alone.
 */
const lines: Lines = {
  'turn.conversation_started': ['info'],
  'turn.conversation_ended': ['info', 'reason'],
  'connection.established': ['info', 'connectionId', 'latencyMs', 'droppedMs'],
  'connection.failed': ['warn', 'error', 'retryCount'],
  'connection.lost': ['warn', 'closeCode', 'reason'],
  'connection.reconnecting': ['info', 'attempt', 'inMs'],
  'connection.restored': ['info', 'gapMs', 'replayedItems', 'replayedMs', 'droppedMs', 'droppedImages'],
  'connection.rotating': ['info'],
  'connection.backpressure': ['warn', 'isCongested', 'bufferedBytes', 'droppedMs'],
  'connection.closed': ['info', 'reason'],
  'audio.input_started': ['info', 'device'],
  'audio.input_stopped': ['info', 'reason'],
  'audio.device_restored': ['info', 'device', 'direction', 'gapMs'],
  'audio.drift': ['warn', 'device', 'ratio'],
  'audio.alert': ['warn', 'metric', 'value', 'error'],
  'audio.stage_bypassed': ['warn', 'stage', 'reason', 'durationMs'],
  'audio.stage_restored': ['info', 'stage'],
  'playout.underrun': ['warn', 'prefillMs'],
  'lane.switched': ['info', 'from', 'to', 'reason', 'gapMs'],
  'tool.started': ['info', 'functionName', 'callId'],
  'tool.succeeded': ['info', 'functionName', 'callId', 'durationMs'],
  'tool.failed': ['warn', 'functionName', 'callId', 'error'],
  'tool.timed_out': ['warn', 'functionName', 'callId', 'timeoutMs'],
  'usage.budget_warning': ['warn', 'costUsd', 'budgetUsd'],
  'usage.budget_unpriced': ['warn', 'model', 'costUsd', 'budgetUsd'],
  'usage.budget_exhausted': ['warn', 'costUsd', 'budgetUsd'],
  'recording.started': ['info', 'path'],
  'recording.failed': ['warn', 'error'],
  'diagnostic.malformed_event': ['warn', 'eventType', 'paths'],
  'diagnostic.command_unsupported': ['warn', 'commandType'],
  'diagnostic.stalled': ['warn', 'ms'],
  'engine.error': ['warn', 'error', 'recoverable'],
};

const levels = ['debug', 'info', 'warn', 'error', 'silent'] as const satisfies readonly LogLevel[];

/**
 * A handler of an engine's events that writes them to a log; a line's message is the event's type. At `info` and above a line has a few harmless
 * fields. At `debug` there is a line for every event, with words and arguments as they are; of audio and images only the length, and of keys nothing.
 *
 * @param level Lines below it are left out; in any case, `'INFO'` is `'info'`.
 */
export const logEvents = (logger: Logger, level: LogLevel | Uppercase<LogLevel>): ((event: EngineEvent) => unknown) => {
  const least = levels.indexOf(level.toLowerCase() as LogLevel);
  return (event) => {
    const line: readonly string[] | undefined = lines[event.type];
    const own = event.type === 'engine.error' && !event.recoverable ? 'error' : ((line?.[0] ?? 'debug') as keyof Logger);
    return levels.indexOf(own) < least ? undefined : logger[own](fieldsOf(event, line?.slice(1)), event.type);
  };
};

/** The logger has a time and a message of its own. */
const outside: readonly string[] = ['type', 'timestamp', 'at'];

const fieldsOf = (event: EngineEvent, names: readonly string[] = Object.keys(event)): LogFields => {
  const isAudio = event.type.endsWith('audio.delta');
  return Object.fromEntries(
    Object.entries(event)
      .filter(([name]) => names.includes(name) && !outside.includes(name))
      .map(([name, value]) => [name, writable(value, isAudio && name === 'delta' ? 'audio' : name)]),
  );
};

const secret = /^(authorization|headers|cookie|password|.*secret|.*api_?key|.*token)$/i;
const media = /^(audio|image_url|audioData)$/;
/** Keys as providers make them, wherever they stand. */
const keys = /\b([se]k[-_]|Bearer )[\w.-]{8,}/g;
/** What lies deeper is left out: it may hold itself. */
const deepest = 8;

const writable = (value: unknown, name: string, depth = 0): unknown => {
  if (secret.test(name)) return '(secret)';
  if (typeof value === 'string') return media.test(name) ? `${bytesIn(value) ?? value.length} bytes` : value.replace(keys, '$1…');
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
  // Of errors of others the name: their words, and what they say as JSON, may be anything.
  if (value instanceof Error) return asEngineError(value, value.name).toJSON();
  if (typeof value !== 'object' || value === null) return value;
  if (depth === deepest) return '…';
  if (Array.isArray(value)) return value.map((each) => writable(each, name, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, writable(each, key, depth + 1)]));
};
