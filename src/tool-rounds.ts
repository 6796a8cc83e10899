import type { ClientEventOf } from './wire/client-event.js';

/** A function call that the model has made. */
export interface ToolCall {
  readonly callId: string;
  readonly name: string;
  /** JSON text, as the model wrote it. */
  readonly arguments: string;
  readonly responseId: string;
}

/** What is to be done next. */
export interface ToolStep {
  /** Outputs that the service takes by now. */
  readonly outputs: readonly ClientEventOf<'conversation.item.create'>[];
  /** Whether all calls of a response have their outputs, so that the model is to go on. */
  readonly isRoundOver: boolean;
}

/** Which calls belong together, which have their outputs, and when the service takes these. */
export interface ToolRounds {
  /** Takes a call on; false when it is known already. */
  call(call: ToolCall, known: { readonly isItemDone: boolean; readonly isResponseOpen: boolean }): boolean;
  /** The service has finished the call's item: before that it may not know the call. */
  itemDone(callId: string): ToolStep;
  /** The call has its output. */
  output(callId: string, text: string): ToolStep;
  /**
   * The response is over, or its session lost: the next one is told of its calls. `goesOn`: whether it ended so that the model is to see the outputs
   * at once.
   */
  responseDone(responseId: string, goesOn: boolean): ToolStep;
}

interface Open {
  readonly call: ToolCall;
  text?: string;
  isItemDone: boolean;
}
interface Round {
  readonly open: Set<string>;
  isDone: boolean;
  goesOn: boolean;
}

/** Keeps one conversation's calls. */
export const createToolRounds = (): ToolRounds => {
  const known = new Set<string>();
  const open = new Map<string, Open>();
  const rounds = new Map<string, Round>();

  const settle = (callIds: readonly string[], responseId: string | undefined): ToolStep => {
    const round = responseId === undefined ? undefined : rounds.get(responseId);
    const outputs = callIds.flatMap((callId) => {
      const one = open.get(callId);
      if (one?.text === undefined || !(one.isItemDone || round?.isDone)) return [];
      open.delete(callId);
      round?.open.delete(callId);
      return [outputItem(callId, one.text)];
    });
    const isOver = responseId !== undefined && round?.isDone === true && round.open.size === 0;
    if (isOver) rounds.delete(responseId);
    return { outputs, isRoundOver: isOver && round.goesOn };
  };
  const change = (callId: string, update: (one: Open) => void): ToolStep => {
    const one = open.get(callId);
    if (one) update(one);
    return settle([callId], one?.call.responseId);
  };

  return {
    call(call, { isItemDone, isResponseOpen }) {
      const { callId, responseId } = call;
      if (known.has(callId)) return false;
      known.add(callId);
      open.set(callId, { call, isItemDone });
      const round = rounds.get(responseId) ?? { open: new Set(), isDone: !isResponseOpen, goesOn: true };
      round.open.add(callId);
      rounds.set(responseId, round);
      return true;
    },
    itemDone: (callId) =>
      change(callId, (one) => {
        one.isItemDone = true;
      }),
    output: (callId, text) =>
      change(callId, (one) => {
        one.text = text;
      }),
    responseDone(responseId, goesOn) {
      const round = rounds.get(responseId);
      if (round) Object.assign(round, { isDone: true, goesOn });
      return settle(round ? [...round.open] : [], responseId);
    },
  };
};

/** The service takes ids of up to 32 characters, and no id twice: whatever is sent again is refused. */
export const outputItem = (callId: string, output: string): ClientEventOf<'conversation.item.create'> => ({
  type: 'conversation.item.create',
  item: { id: `out_${callId.slice(-28)}`, type: 'function_call_output', call_id: callId, output },
});
