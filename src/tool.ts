import type { ObservableInput } from 'rxjs';
import type { Millis } from './audio.js';
import * as E from './either.js';
import { ConfigError, ToolError } from './errors.js';
import type { JsonSchema } from './wire/json-schema.js';
import { codecParameters, isCodec, type Parameters, type ParametersCodec, schemaParameters } from './wire/parameters.js';
import type { FunctionTool } from './wire/tool.js';

/** What a tool is told beside its arguments. */
export interface ToolContext {
  /** Aborted when nobody waits for the result any more: time-out, cancellation, end of the conversation. */
  readonly signal: AbortSignal;
  /** The call that this is; the same for no other. */
  readonly callId: string;
}

/**
 * What a tool does. An Observable, a promise, an async iterable or a stream is waited for, and its last value is the
 * result; anything else, lists and strings too, is the result itself.
 */
export type RunTool<Arguments> = (args: Arguments, context: ToolContext) => ObservableInput<unknown> | unknown;

interface ToolBase<Arguments> {
  /** Letters, digits, `_` and `-`, at most 64. */
  readonly name: string;
  /** What it is for and when to use it: the model chooses by it. */
  readonly description: string;
  /** Does the work. */
  readonly run: RunTool<Arguments>;
  /**
   * How long to wait for the result, in milliseconds; above 0.
   * @default what `runTools` says
   */
  readonly timeoutMs?: Millis;
}

/** A tool whose arguments an io-ts codec reads. */
export interface CodecToolConfig<Arguments> extends ToolBase<Arguments> {
  readonly parameters: ParametersCodec<Arguments>;
  /**
   * What is declared to the service.
   * @default derived from the codec
   */
  readonly schema?: JsonSchema;
}

/** A tool whose arguments a JSON schema describes. */
export interface SchemaToolConfig extends ToolBase<Readonly<Record<string, unknown>>> {
  readonly parameters: JsonSchema;
}

/** Arguments that were read, and what to do with them. */
export interface PreparedCall {
  readonly arguments: unknown;
  /** Does the work: a value, a promise or an Observable. */
  readonly run: (context: ToolContext) => ObservableInput<unknown> | unknown;
}

/** A function that the model may call. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  /** As it is declared to the service. */
  readonly parameters: JsonSchema;
  readonly timeoutMs: Millis | undefined;
  /** Reads the arguments, JSON text of the model's: the only way to `run`. */
  readonly prepare: (text: string) => E.Either<ToolError, PreparedCall>;
}

/** Finds a tool by its name; asked at each call. */
export type FindTool = (name: string) => Tool | undefined;

const nameForm = /^[\w-]{1,64}$/;

/**
 * Makes a tool. Its arguments are decoded before `run` sees them.
 *
 * @throws ConfigError on call, when the service would refuse it: a bad name, no parameters or such that are no object, or a codec
 * from which no JSON schema can be derived and none given.
 * @throws RangeError on call, when `timeoutMs` is not above 0.
 */
export function tool<Arguments>(config: CodecToolConfig<Arguments>): Tool;
export function tool(config: SchemaToolConfig): Tool;
export function tool<Arguments>(config: CodecToolConfig<Arguments> | SchemaToolConfig): Tool {
  const { name, timeoutMs, parameters } = config;
  if (typeof name !== 'string' || !nameForm.test(name))
    throw invalid(`tool: the name ${JSON.stringify(name)} must be 1 to 64 letters, digits, _ or -`);
  if (timeoutMs !== undefined && !(timeoutMs > 0)) throw new RangeError(`tool: timeoutMs must be above 0, got ${timeoutMs}`);
  if (typeof parameters !== 'object' || parameters === null)
    throw invalid(`tool ${name}: no parameters; give a JSON schema, { type: 'object' } where it takes none, or an io-ts codec`);
  return isCodecTool(config)
    ? make(config, codecParameters(config.parameters), config.schema)
    : make(config, schemaParameters(config.parameters));
}

/**
 * What a session declares so that the model can call these tools: `session: { tools: toolDeclarations(tools) }`.
 *
 * @throws ConfigError on call, when two have the same name.
 */
export const toolDeclarations = (tools: readonly Tool[]): readonly FunctionTool[] =>
  [...toolsByName(tools).values()].map(({ name, description, parameters }) => ({
    type: 'function',
    name,
    description,
    parameters,
  }));

/**
 * The tools by their names.
 *
 * @throws ConfigError on call, when two have the same name.
 */
export const toolsByName = (tools: readonly Tool[]): ReadonlyMap<string, Tool> => {
  const byName = new Map<string, Tool>();
  for (const each of tools) {
    if (byName.has(each.name)) throw invalid(`tools: two have the name ${each.name}; rename one`);
    byName.set(each.name, each);
  }
  return byName;
};

const isCodecTool = <Arguments>(config: CodecToolConfig<Arguments> | SchemaToolConfig): config is CodecToolConfig<Arguments> =>
  isCodec(config.parameters);

const make = <Arguments>(
  { name, description, run, timeoutMs }: ToolBase<Arguments>,
  { schema: derived, read }: Parameters<Arguments>,
  schema = derived,
): Tool => {
  if (!schema) {
    throw invalid(`tool ${name}: no JSON schema can be derived from its codec; give one as schema`);
  }
  if (schema.type !== 'object') throw invalid(`tool ${name}: parameters must describe an object`);
  return {
    name,
    description,
    parameters: schema,
    timeoutMs,
    prepare: (text) =>
      E.bimap(
        (paths: readonly string[]) =>
          new ToolError(`tool ${name}: arguments do not fit: ${paths.join(', ')}`, { code: 'bad_arguments' }),
        (args: Arguments): PreparedCall => ({ arguments: args, run: (context) => run(args, context) }),
      )(read(text)),
  };
};

const invalid = (message: string): ConfigError => new ConfigError(message, { code: 'invalid_config' });
