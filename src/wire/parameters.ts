import * as t from 'io-ts';
import * as E from '../either.js';
import { type JsonSchema, jsonSchemaOf } from './json-schema.js';
import { pathsOf } from './paths.js';

/** An io-ts codec of the arguments of a tool. */
export type ParametersCodec<Arguments> = t.Type<Arguments, unknown>;

/** The arguments of a tool: how they are declared, and how read. */
export interface Parameters<Arguments> {
  /** Undefined where the codec does not tell. */
  readonly schema: JsonSchema | undefined;
  /** The arguments, or the places where they do not fit; never values. */
  readonly read: (text: string) => E.Either<readonly string[], Arguments>;
}

export const isCodec = <Arguments>(given: ParametersCodec<Arguments> | JsonSchema): given is ParametersCodec<Arguments> =>
  'decode' in given && typeof given.decode === 'function';

/** Parameters that a codec describes. */
export const codecParameters = <Arguments>(codec: ParametersCodec<Arguments>): Parameters<Arguments> => ({
  schema: jsonSchemaOf(codec),
  read: (text) => E.chain((value: unknown) => E.mapLeft(pathsOf)(codec.decode(value)))(parse(text)),
});

/** Parameters that a JSON schema describes; of it types, required fields, choices and lists are checked. */
export const schemaParameters = (schema: JsonSchema): Parameters<Readonly<Record<string, unknown>>> => ({
  schema,
  read: (text) =>
    E.chain((value: unknown) => {
      const misfits = misfitsIn(schema, value, '');
      if (!t.UnknownRecord.is(value)) return E.left(['(not an object)']);
      return misfits.length > 0 ? E.left(misfits) : E.right(value);
    })(parse(text)),
});

/** Models say nothing where a tool has no parameters. */
const parse = (text: string): E.Either<readonly string[], unknown> => {
  try {
    return E.right(text.trim() === '' ? {} : JSON.parse(text));
  } catch {
    return E.left(['(not JSON)']);
  }
};

const typeOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);

const isOfType = (type: string, value: unknown): boolean =>
  type === typeOf(value) || (type === 'integer' && Number.isInteger(value));

const misfitsIn = (schema: JsonSchema, value: unknown, path: string): readonly string[] => {
  const { type, required = [], properties = {}, items, anyOf } = schema;
  const types = type === undefined ? [] : [type].flat();
  const isChoice = schema.enum?.includes(value) ?? (!('const' in schema) || schema.const === value);
  const isAny = !anyOf || anyOf.some((one) => misfitsIn(one, value, path).length === 0);
  if (!isChoice || !isAny || (types.length > 0 && !types.some((one) => isOfType(one, value)))) return [path || '(arguments)'];
  if (Array.isArray(value)) return items ? value.flatMap((member, at) => misfitsIn(items, member, join(path, String(at)))) : [];
  if (!t.UnknownRecord.is(value)) return [];
  const missing = required.filter((name) => value[name] === undefined).map((name) => join(path, name));
  const wrong = Object.entries(properties).flatMap(([name, member]) =>
    value[name] === undefined ? [] : misfitsIn(member, value[name], join(path, name)),
  );
  return [...missing, ...wrong];
};

const join = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);
