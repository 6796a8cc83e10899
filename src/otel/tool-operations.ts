import type { Millis } from '../audio.js';
import type { ToolEvent } from '../events.js';
import type { Operation, OperationObserver } from './operation.js';
import type { TurnOperation } from './turn-operation.js';

/** The functions that run. */
export interface ToolOperations {
  happened(event: ToolEvent, at: Millis): void;
  end(at: Millis, error?: string): void;
}

interface OpenTool {
  readonly operation: Operation;
  readonly turn: TurnOperation | undefined;
}

/** @param turn The turn that goes on. */
export const toolOperations = (observer: OperationObserver, turn: () => TurnOperation | undefined): ToolOperations => {
  const tools = new Map<string, OpenTool>();

  const begin = (id: string, name: string, at: Millis): OpenTool => {
    const known = tools.get(id);
    if (known) return known;
    const part = turn();
    const operation: Operation = { kind: 'tool', id, name, startedAt: at, turn: part?.operation };
    const open = { operation, turn: part };
    observer.started(operation);
    tools.set(id, open);
    part?.called();
    return open;
  };
  const finish = (id: string, name: string, at: Millis, error?: string): void => {
    // One that is refused has never begun.
    const open = begin(id, name, at);
    tools.delete(id);
    observer.ended(open.operation, { at, error });
    open.turn?.returned(at);
  };

  return {
    happened(event, at) {
      switch (event.type) {
        case 'tool.invoked':
        case 'tool.started':
          begin(event.callId, event.functionName, at);
          return;
        case 'tool.succeeded':
          finish(event.callId, event.functionName, at);
          return;
        case 'tool.failed':
          finish(event.callId, event.functionName, at, event.error.code);
          return;
        case 'tool.timed_out':
          finish(event.callId, event.functionName, at, 'timeout');
          return;
        default:
          return;
      }
    },
    end(at, error) {
      for (const { operation } of tools.values()) finish(operation.id, operation.name ?? '', at, error);
    },
  };
};
