import type * as t from 'io-ts';

/** A JSON schema, as a service takes it for the parameters of a tool. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly [keyword: string]: unknown;
}

/** The combinators of io-ts that a JSON schema can be made of. Anything else has a `_tag` that is not among these, or none. */
type Known =
  | t.StringType
  | t.NumberType
  | t.BooleanType
  | t.NullType
  | t.UnknownType
  | t.AnyArrayType
  | t.AnyDictionaryType
  | t.LiteralType<string | number | boolean>
  | t.KeyofType<Readonly<Record<string, unknown>>>
  | t.ArrayType<t.Mixed>
  | t.ReadonlyArrayType<t.Mixed>
  | t.InterfaceType<t.Props>
  | t.PartialType<t.Props>
  | t.StrictType<t.Props>
  | t.ExactType<t.InterfaceType<t.Props>>
  | t.ReadonlyType<t.Mixed>
  | t.RefinementType<t.Mixed>
  | t.DictionaryType<t.Mixed, t.Mixed>
  | t.UnionType<t.Mixed[]>
  | t.IntersectionType<t.Mixed[]>;

type Codec = t.Mixed;

/**
 * The JSON schema of what a codec decodes; undefined where it holds something that has none (a codec written by hand,
 * `recursion`). A field whose codec takes `undefined` is not required. Of a refinement or brand the base is said, and
 * `integer` of `t.Int`.
 */
export const jsonSchemaOf = (codec: Codec): JsonSchema | undefined => {
  const known = codec as unknown as Known;
  switch (known._tag) {
    case 'StringType':
      return { type: 'string' };
    case 'NumberType':
      return { type: 'number' };
    case 'BooleanType':
      return { type: 'boolean' };
    case 'NullType':
      return { type: 'null' };
    case 'UnknownType':
      return {};
    case 'AnyArrayType':
      return { type: 'array' };
    case 'AnyDictionaryType':
      return { type: 'object' };
    case 'LiteralType':
      return { type: typeof known.value, const: known.value };
    case 'KeyofType':
      return { type: 'string', enum: Object.keys(known.keys) };
    case 'ArrayType':
    case 'ReadonlyArrayType':
      return within(known.type, (items) => ({ type: 'array', items }));
    case 'InterfaceType':
      return record(known.props, (name) => !takesUndefined(known.props[name]));
    case 'PartialType':
      return record(known.props, () => false);
    case 'StrictType':
      return closed(record(known.props, (name) => !takesUndefined(known.props[name])));
    case 'ExactType':
      return closed(jsonSchemaOf(known.type));
    case 'ReadonlyType':
      return jsonSchemaOf(known.type);
    case 'RefinementType':
      return known.name === 'Int' ? { type: 'integer' } : jsonSchemaOf(known.type);
    case 'DictionaryType':
      return within(known.codomain, (additionalProperties) => ({ type: 'object', additionalProperties }));
    case 'UnionType':
      return union(known.types.filter((member) => !isUndefined(member)));
    case 'IntersectionType':
      return intersection(known.types);
    default:
      return undefined;
  }
};

const within = (codec: Codec, make: (schema: JsonSchema) => JsonSchema): JsonSchema | undefined => {
  const schema = jsonSchemaOf(codec);
  return schema && make(schema);
};

const all = (codecs: readonly Codec[]): readonly JsonSchema[] | undefined => {
  const schemas = codecs.map(jsonSchemaOf).filter((schema) => schema !== undefined);
  return schemas.length === codecs.length ? schemas : undefined;
};

const record = (props: t.Props, isRequired: (name: string) => boolean): JsonSchema | undefined => {
  const names = Object.keys(props);
  const schemas = all(Object.values(props));
  if (!schemas) return undefined;
  const required = names.filter(isRequired);
  const properties = Object.fromEntries(names.map((name, at) => [name, schemas[at] ?? {}]));
  return { type: 'object', properties, ...(required.length > 0 ? { required } : {}) };
};

const closed = (schema: JsonSchema | undefined): JsonSchema | undefined => schema && { ...schema, additionalProperties: false };

const union = (members: readonly Codec[]): JsonSchema | undefined => {
  const schemas = all(members);
  if (!schemas || schemas.length < 2) return schemas?.[0];
  // Services are better at lists of words than at alternatives of one word each.
  const isWords = schemas.every((schema) => schema.type === 'string' && 'const' in schema);
  return isWords ? { type: 'string', enum: schemas.map((schema) => schema.const) } : { anyOf: schemas };
};

/** Objects alone can be put into one. */
const intersection = (members: readonly Codec[]): JsonSchema | undefined => {
  const schemas = all(members);
  if (!schemas?.every(({ type }) => type === 'object')) return undefined;
  const required = schemas.flatMap((schema) => schema.required ?? []);
  const properties = Object.assign({}, ...schemas.map((schema) => schema.properties ?? {}));
  return { type: 'object', properties, ...(required.length > 0 ? { required: [...new Set(required)] } : {}) };
};

const isUndefined = (codec: Codec): boolean => (codec as unknown as t.UndefinedType)._tag === 'UndefinedType';

const takesUndefined = (codec: Codec | undefined): boolean => {
  const known = codec as unknown as Known;
  return known._tag === 'UnionType' && known.types.some(isUndefined);
};
