import { isObject } from './client-request.js';
import {
  type Failure,
  missing,
  outOfRange,
  type Range,
  refuse,
  tooLong,
  unknownParameter,
  unsupportedValue,
  wrongType,
} from './failure.js';
import { reasons } from './session-defaults.js';

const modalities = ['audio', 'text'];

/** What is wrong with `output_modalities`: there must be one. */
export const misfitModalities = (value: unknown, param: string): Failure | undefined =>
  value === undefined || (Array.isArray(value) && value.length === 1 && modalities.includes(String(value[0])))
    ? undefined
    : refuse(
        'invalid_value',
        "Invalid modalities: expected exactly one. Supported combinations are: ['text'] and ['audio'].",
        param,
      );

/** What is wrong with `max_output_tokens`: models that reason write up to 32,000, the others up to 4,096. */
export const misfitMaxTokens = (value: unknown, param: string, model: string): Failure | undefined => {
  if (value === undefined || value === 'inf') return undefined;
  if (typeof value !== 'number') return wrongType(param, "an integer or 'inf'");
  return outOfRange(param, value, { least: 1, most: reasons(model) ? 32_000 : 4096 });
};

/** What is wrong with `speed`: from a quarter to one and a half of the voice's own. */
export const misfitSpeed = (speed: unknown, param: string): Failure | undefined =>
  typeof speed === 'number' ? outOfRange(param, speed, { least: 0.25, most: 1.5, kind: 'decimal' }) : undefined;

const mostPairs = 16;
const longestKey = 64;
const longestValue = 512;

/** What is wrong with `metadata`: at most 16 pairs, of keys up to 64 and texts up to 512 characters. */
export const misfitMetadata = (metadata: unknown, param: string): Failure | undefined => {
  if (metadata === undefined || metadata === null) return undefined;
  if (!isObject(metadata)) return wrongType(param, 'an object');
  const pairs = Object.entries(metadata);
  if (pairs.length > mostPairs)
    return refuse(
      'object_above_max_properties',
      `Invalid '${param}': too many properties. Expected an object with at most ${mostPairs} properties, but got an object with ${pairs.length} properties instead.`,
      param,
    );
  for (const [key, value] of pairs) {
    if (key.length > longestKey) return tooLong(param, longestKey, key.length);
    if (typeof value !== 'string') return wrongType(`${param}.${key}`, 'a string');
    if (value.length > longestValue) return tooLong(`${param}.${key}`, longestValue, value.length);
  }
  return undefined;
};

/** What is wrong with the format of one direction: `audio/pcm` at 24000, or G.711. */
export const misfitFormat = (format: unknown, param: string): Failure | undefined => {
  if (!isObject(format)) return undefined;
  const types = ['audio/pcm', 'audio/pcmu', 'audio/pcma'];
  if (format.type === undefined) return missing(`${param}.type`);
  if (!types.includes(String(format.type))) return unsupportedValue(`${param}.type`, format.type, types);
  if (format.type !== 'audio/pcm' || format.rate === undefined) return undefined;
  return typeof format.rate === 'number'
    ? outOfRange(`${param}.rate`, format.rate, { least: 24_000, most: 24_000 })
    : wrongType(`${param}.rate`, 'an integer');
};

const ofAnyVad = ['type', 'create_response', 'interrupt_response'];
const ofVad: ReadonlyMap<string, readonly string[]> = new Map([
  ['server_vad', [...ofAnyVad, 'threshold', 'prefix_padding_ms', 'silence_duration_ms', 'idle_timeout_ms']],
  ['semantic_vad', [...ofAnyVad, 'eagerness']],
]);
const eagernesses = ['low', 'medium', 'high', 'auto'];

const ranges: Readonly<Record<string, Range>> = {
  threshold: { least: 0, most: 1, kind: 'decimal' },
  prefix_padding_ms: { least: 0 },
  silence_duration_ms: { least: 0 },
  idle_timeout_ms: { least: 5000, most: 30_000 },
};

/** What is wrong with `turn_detection`; each kind has settings of its own. */
export const misfitVad = (vad: unknown, param: string): Failure | undefined => {
  if (!isObject(vad)) return undefined;
  if (vad.type === undefined) return missing(`${param}.type`);
  const known = ofVad.get(String(vad.type));
  if (!known) return unsupportedValue(`${param}.type`, vad.type, [...ofVad.keys()]);
  const strange = Object.keys(vad).find((name) => !known.includes(name));
  if (strange !== undefined) return unknownParameter(`${param}.${strange}`);
  if (vad.eagerness !== undefined && !eagernesses.includes(String(vad.eagerness)))
    return unsupportedValue(`${param}.eagerness`, vad.eagerness, eagernesses);
  for (const [name, range] of Object.entries(ranges)) {
    const value = vad[name];
    const failure = typeof value === 'number' ? outOfRange(`${param}.${name}`, value, range) : undefined;
    if (failure) return failure;
  }
  return undefined;
};
