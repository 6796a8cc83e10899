/** What an `error` event says, but for the id of the client's event that it answers. */
export interface Failure {
  readonly type: 'invalid_request_error' | 'server_error';
  readonly code: string | null;
  readonly message: string;
  readonly param: string | null;
}

/** A request that the service would turn down, in its words. */
export const refuse = (code: string | null, message: string, param: string | null = null): Failure => ({
  type: 'invalid_request_error',
  code,
  message,
  param,
});

/** A parameter that must be there and is not. */
export const missing = (param: string): Failure =>
  refuse('missing_required_parameter', `Missing required parameter: '${param}'.`, param);

/** A parameter that the service does not know. */
export const unknownParameter = (param: string): Failure => refuse('unknown_parameter', `Unknown parameter: '${param}'.`, param);

/** A parameter of the wrong JSON type. */
export const wrongType = (param: string, expected: string): Failure =>
  refuse('invalid_type', `Invalid type for '${param}': expected ${expected}.`, param);

/** A value outside of a closed list. */
export const unsupportedValue = (param: string, value: unknown, supported: readonly string[]): Failure => {
  const quoted = supported.map((name) => `'${name}'`);
  const list = quoted.length > 1 ? `${quoted.slice(0, -1).join(', ')}, and ${quoted[quoted.length - 1]}` : quoted.join('');
  return refuse('invalid_value', `Invalid value: '${String(value)}'. Supported values are: ${list}.`, param);
};

/** A text of more characters than are taken. */
export const tooLong = (param: string, most: number, length: number): Failure =>
  refuse(
    'string_above_max_length',
    `Invalid '${param}': string too long. Expected a string with maximum length ${most}, but got a string with length ${length} instead.`,
    param,
  );

/** The numbers that a parameter may have. */
export interface Range {
  readonly least: number;
  /** @default none */
  readonly most?: number;
  /** @default 'integer' */
  readonly kind?: 'integer' | 'decimal';
}

/** A number outside of what is allowed; undefined for one inside. */
export const outOfRange = (
  param: string,
  value: number,
  { least, most = Number.POSITIVE_INFINITY, kind = 'integer' }: Range,
): Failure | undefined => {
  if (kind === 'integer' && !Number.isInteger(value)) return wrongType(param, 'an integer');
  const got = `but got ${value} instead.`;
  if (value < least)
    return refuse(
      `${kind}_below_min_value`,
      `Invalid '${param}': ${kind} below minimum value. Expected a value >= ${least}, ${got}`,
      param,
    );
  if (value > most)
    return refuse(
      `${kind}_above_max_value`,
      `Invalid '${param}': ${kind} above maximum value. Expected a value <= ${most}, ${got}`,
      param,
    );
  return undefined;
};
