import * as E from './either.js';
import { ToolError } from './errors.js';

/** More than this of a tool's words would leave little of a model's memory for the conversation: about 16,000 tokens. */
export const longestOutput = 65_536;

/** How much of an exception's message a model is told. */
const longestReason = 500;

/** What the model is told of a result: text as it is, all else as JSON, `done` where there is nothing to tell. */
export const outputOf = (name: string, result: unknown): E.Either<ToolError, string> => {
  const text = result === undefined ? 'done' : typeof result === 'string' ? result : write(result);
  if (text === undefined) return E.left(bad(`tool ${name}: the result cannot be written as JSON`));
  return text.length > longestOutput
    ? E.left(bad(`tool ${name}: the result has ${text.length} characters, more than ${longestOutput}; return less`))
    : E.right(text);
};

/** What the model is told of a failure. */
export const failureOutput = (error: ToolError): string => JSON.stringify({ error: reasonOf(error) });

/** The model may see why a tool threw, the logs may not. */
const reasonOf = ({ message, cause }: ToolError): string =>
  cause instanceof Error && cause.message !== '' ? cause.message.slice(0, longestReason) : message;

const write = (result: unknown): string | undefined => {
  try {
    return JSON.stringify(result);
  } catch {
    return undefined;
  }
};

const bad = (message: string): ToolError => new ToolError(message, { code: 'bad_result' });
