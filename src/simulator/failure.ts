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
