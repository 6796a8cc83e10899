import { defaultIfEmpty, defer, type ObservableInput, of, switchMap, takeLast } from 'rxjs';
import { map } from '../either.js';
import { ToolError } from '../errors.js';
import { observed } from '../run-tool.js';
import { type FindTool, type PreparedCall, type Tool, tool } from '../tool.js';

/** A function call, as the application's callback sees it. */
export interface FunctionCall {
  readonly name: string;
  /** As they were decoded. */
  readonly arguments: unknown;
  readonly callId: string;
}

/** Answers a function call; undefined leaves it to the tool of that name. */
export type OnFunctionCall = (call: FunctionCall) => ObservableInput<unknown> | unknown;

/** Finds what to run: the application's callback is asked first, for any name; what it leaves alone is the registered tool's. */
export const askFirst =
  (onFunctionCall: OnFunctionCall, find: FindTool): FindTool =>
  (name) => {
    const known = find(name) ?? unknown(name);
    return { ...known, prepare: (text) => map(asking(onFunctionCall, name))(known.prepare(text)) };
  };

const asking =
  (onFunctionCall: OnFunctionCall, name: string) =>
  ({ arguments: args, run }: PreparedCall): PreparedCall => ({
    arguments: args,
    run: (context) =>
      defer(() => observed(onFunctionCall({ name, arguments: args, callId: context.callId }))).pipe(
        takeLast(1),
        defaultIfEmpty(undefined),
        switchMap((answer) => (answer === undefined ? observed(run(context)) : of(answer))),
      ),
  });

/** Nobody registered it: any arguments will do for the callback, and nothing runs. */
const unknown = (name: string): Tool =>
  tool({
    name: 'unknown',
    description: '',
    parameters: { type: 'object' },
    run() {
      throw new ToolError(`there is no tool ${name}, and onFunctionCall returned nothing`, { code: 'unsupported' });
    },
  });
