import { concat, concatMap, from, merge, mergeMap, type Observable } from 'rxjs';
import type { CalledTool } from '../src/called-tools.js';
import type { Command, VoiceEvent } from '../src/events.js';
import type { SessionState } from '../src/state/session-state.js';
import { createToolRounds, type ToolStep } from '../src/tool-rounds.js';
import { askWhenQuiet } from './askWhenQuiet.js';
import { ofType } from './ofType.js';

/** Tells the model what became of its calls. */
export interface AnswerCalls {
  /** Sends the outputs that have waited for the service, and asks for responses that are due. To be subscribed ahead of all else. */
  readonly following$: Observable<Command>;
  /** Takes a call on; false when it was taken already. */
  readonly take: (called: CalledTool) => boolean;
  /** The output of a call that was taken. Everybody else is told last, which lets a conversation end, but does not wait for the user. */
  readonly output: (callId: string, text: string, told?: readonly VoiceEvent[]) => Observable<Command | VoiceEvent>;
}

/**
 * Sends the outputs of calls as soon as the service takes them: when it has finished the call's item. When a response is done
 * and all of its calls have their outputs, asks for one response: not when it was cancelled or failed, and not while the user
 * speaks, whose turn is then answered anyway.
 */
export const answerCalls = (events$: Observable<VoiceEvent>, state: () => SessionState): AnswerCalls => {
  const rounds = createToolRounds();
  const { following$, ask, isQuiet } = askWhenQuiet(events$, state);
  const follow = ({ outputs, isRoundOver }: ToolStep): Observable<Command> =>
    isRoundOver ? concat(outputs, ask()) : from(outputs);

  return {
    following$: merge(
      following$,
      events$.pipe(
        ofType('response.output_item.done', 'conversation.item.done'),
        concatMap(({ item }) => (item.type === 'function_call' ? follow(rounds.itemDone(item.call_id ?? '')) : [])),
      ),
      events$.pipe(
        ofType('response.done'),
        mergeMap(({ response: { id, status } }) =>
          follow(rounds.responseDone(id ?? '', status !== 'cancelled' && status !== 'failed')),
        ),
      ),
    ),
    take: ({ call, isItemDone }) =>
      rounds.call(call, { isItemDone, isResponseOpen: state().conversation.activeResponseId === call.responseId }),
    output(callId, text, told = []) {
      const { outputs, isRoundOver } = rounds.output(callId, text);
      if (!isRoundOver) return concat(outputs, told);
      return isQuiet() ? concat(outputs, ask(), told) : concat(outputs, told, ask());
    },
  };
};
