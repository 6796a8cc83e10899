import type { ObservableInput } from 'rxjs';
import { combineLatest, defaultIfEmpty, defer, from, isObservable, map, type Observable, of, switchMap, take, timer } from 'rxjs';
import type { Millis } from '../audio.js';
import type { Answer, ToolRequest, Turn } from './answer.js';
import { codecOf } from './audio-format.js';
import type { Output } from './output.js';
import type { ResponseRequest } from './response-request.js';
import { reasons } from './session-defaults.js';
import type { SessionConfig } from './session-state.js';
import { piecesOf } from './speech/pieces.js';

/** From `response.created` to the first item, recorded. */
const thinkingMs: Millis = 300;

const isAnswer = (given: Answer | ObservableInput<Answer>): given is Answer =>
  !isObservable(given) &&
  !('then' in given) &&
  !(Symbol.iterator in given) &&
  !(Symbol.asyncIterator in given) &&
  !('getReader' in given);

const once = (given: Answer | ObservableInput<Answer>): Observable<Answer> =>
  isAnswer(given) ? of(given) : from(given).pipe(take(1), defaultIfEmpty({}));

const argumentsText = ({ arguments: given = {} }: ToolRequest): string =>
  typeof given === 'string' ? given : JSON.stringify(given);

/**
 * Asks for the answer to a turn, speaks it, and emits the items that the response will say once thinking time is over;
 * synchronously, where nothing of this takes time.
 */
export const answerOutputs = (
  { model = '', pace, speak, newId }: SessionConfig,
  { response, oneCall }: ResponseRequest,
  turn: Turn,
  answer: (turn: Turn) => Answer | ObservableInput<Answer>,
): Observable<readonly Output[]> =>
  defer(() => once(answer(turn))).pipe(
    switchMap(({ text, toolCalls = [], delayMs = pace === 'instant' ? 0 : thinkingMs }) => {
      const calls = (oneCall ? toolCalls.slice(0, 1) : toolCalls).map(
        (call): Output => ({
          type: 'call',
          id: newId('item'),
          callId: newId('call'),
          name: call.name,
          arguments: argumentsText(call),
        }),
      );
      const phase = reasons(model) ? ({ phase: calls.length > 0 ? 'commentary' : 'final_answer' } as const) : {};
      const codec = codecOf(response.audio.output.format);
      const message: Observable<readonly Output[]> =
        text === undefined || text === ''
          ? of([])
          : response.output_modalities.includes('audio')
            ? speak(text).pipe(
                map((samples) => [{ type: 'audio', id: newId('item'), ...phase, text, pieces: piecesOf(samples, codec) }]),
              )
            : of([{ type: 'text', id: newId('item'), ...phase, text }]);
      const thought = delayMs > 0 ? timer(delayMs) : of(0);
      return combineLatest([message, thought]).pipe(map(([said]) => [...said, ...calls]));
    }),
  );
