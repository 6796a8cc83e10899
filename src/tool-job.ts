import * as E from './either.js';
import { ToolError } from './errors.js';
import type { ToolInvoked, ToolStarted } from './events.js';
import { get } from './state/persistent-map.js';
import type { SessionState } from './state/session-state.js';
import type { FindTool, PreparedCall } from './tool.js';
import type { ToolCall } from './tool-rounds.js';

/** A call, and what can be done with it. */
export interface ToolJob {
  readonly call: ToolCall;
  readonly prepared: E.Either<ToolError, PreparedCall>;
  /** How often calls had been aborted before. */
  readonly interruptions: number;
}

/** What can be done with a call: run it, or tell why not. What was begun before, and not ended, is gone. */
export const prepare = (
  { callId, name, arguments: text }: ToolCall,
  find: FindTool,
  { tools: { calls } }: SessionState,
): E.Either<ToolError, PreparedCall> => {
  if (get(calls, callId)) return E.left(abandoned(name));
  const tool = find(name);
  return tool ? tool.prepare(text) : E.left(new ToolError('there is no such tool', { code: 'unsupported' }));
};

/** Why a call comes to nothing whose runner was unsubscribed. */
export const abandoned = (name: string): ToolError =>
  new ToolError(`tool ${name}: cancelled with what ran it`, { code: 'cancelled' });

export const invoked = ({ name, callId }: ToolCall, { arguments: args }: PreparedCall): ToolInvoked => ({
  type: 'tool.invoked',
  functionName: name,
  arguments: args,
  callId,
});

export const started = ({ name, callId }: ToolCall): ToolStarted => ({ type: 'tool.started', functionName: name, callId });
