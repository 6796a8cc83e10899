import { Subscription, switchMap, timer } from 'rxjs';
import type { Millis } from '../audio.js';
import * as E from '../either.js';
import { scriptedAnswer, type Turn } from './answer.js';
import { answerOutputs } from './answer-outputs.js';
import { codecOf } from './audio-format.js';
import { idBefore, lastId, replaceEntry } from './conversation.js';
import { type Failure, refuse } from './failure.js';
import { heardMs } from './input-audio.js';
import { outputSteps, type Said } from './output.js';
import { paced } from './pace.js';
import { type Ending, finished, interrupted, noted, type Running, tokensOver } from './response.js';
import { heardIn, type ResponseRequest, readResponse, toolResultsOf, turnOf } from './response-request.js';
import type { Line, SessionConfig, SessionState } from './session-state.js';
import type { Item } from './shapes.js';
import { inputTokens } from './usage.js';

/** After `response.done`; 30 to 45 ms recorded. */
const rateLimitsAfterMs: Millis = 30;
/** Of a paying account, recorded. */
const tokensPerMinute = 15_000_000;

/** The end of a response that the user's speech or the client's command cut off. */
export const cancelled = (reason: 'turn_detected' | 'client_cancelled'): Ending => ({
  status: 'cancelled',
  details: { type: 'cancelled', reason },
});

/** The end of a response that has written all that it may. */
const cutOff: Ending = { status: 'incomplete', details: { type: 'incomplete', reason: 'max_output_tokens' } };

/** A failed response says so in `response.done` alone, as the service's do. */
const failed = (error: unknown): Ending => ({
  status: 'failed',
  details: {
    type: 'failed',
    error: { type: 'server_error', code: 'server_error', message: error instanceof Error ? error.message : String(error) },
  },
});

/** Makes responses and sends them, one at a time in the conversation and any number beside it. */
export interface Responder {
  /** Announces a response; call what comes back to let it speak. */
  create(params: Readonly<Record<string, unknown>>): E.Either<Failure, () => void>;
  /** Ends a response, the one in the conversation when none is named. */
  cancel(ending: Ending, responseId?: string): E.Either<Failure, void>;
  /** Whether a response runs in the conversation. */
  busy(): boolean;
  /** Audio of this item that was sent so far, while its response runs. */
  sentMs(itemId: string): Millis | undefined;
}

interface Active {
  readonly outOfBand: boolean;
  readonly playing: Subscription;
  running: Running;
}

const indexOf = (state: SessionState, { outOfBand, input }: ResponseRequest): number => {
  const again = outOfBand || toolResultsOf(input).length > 0;
  return again ? Math.max(0, state.turns - 1) : state.turns++;
};

/** Builds the responder of one session; its timers and processes end with the line. */
export const createResponder = (config: SessionConfig, state: SessionState, { emit, fail, lifetime }: Line): Responder => {
  const active = new Set<Active>();
  const inConversation = () => [...active].find(({ outOfBand }) => !outOfBand);

  const keep = (item: Item, audioMs: Millis) => {
    state.conversation = replaceEntry(state.conversation, { item, audioMs });
  };

  const say = (response: Active, said: Said) => {
    // What is left of steps that all were due at once.
    if (!active.has(response)) return;
    const { event } = said;
    const running = noted(response.running, said);
    if (tokensOver(running)) return finish(response, cutOff);
    response.running = running;
    if (said.audioMs && !response.outOfBand)
      state.playedUntilMs = Math.max(state.playedUntilMs, heardMs(state.buffer)) + said.audioMs;
    if (event.type === 'conversation.item.added') {
      if (response.outOfBand) return;
      emit({ ...event, previous_item_id: lastId(state.conversation) });
      state.conversation = [...state.conversation, { item: event.item, audioMs: 0 }];
    } else if (event.type === 'conversation.item.done') {
      if (response.outOfBand) return;
      const { item } = event;
      keep(item, response.running.sent.find((sent) => sent.item.id === item.id)?.audioMs ?? 0);
      // Recorded: null for whatever stands behind the first item of a conversation, though `added` had it.
      const before = idBefore(state.conversation, item.id);
      emit({ ...event, previous_item_id: before === state.conversation[0]?.item.id ? null : before });
    } else {
      emit(event);
    }
  };

  const rateLimits = () => {
    const remaining = tokensPerMinute - state.known;
    const reset_seconds = (state.known * 60) / tokensPerMinute;
    emit({ type: 'rate_limits.updated', rate_limits: [{ name: 'tokens', limit: tokensPerMinute, remaining, reset_seconds }] });
  };

  const finish = (response: Active, ending: Ending) => {
    if (!active.delete(response)) return;
    response.playing.unsubscribe();
    const { running, outOfBand } = response;
    for (const event of interrupted(running)) {
      if (event.type === 'response.output_item.done' && !outOfBand)
        keep(event.item, running.sent[event.output_index]?.audioMs ?? 0);
      emit(event);
    }
    const done = finished(running, ending);
    if (!outOfBand) {
      // Who is cut off has stopped playing; the others play what they were sent.
      const heard = heardMs(state.buffer);
      if (ending.status === 'cancelled') state.playedUntilMs = heard;
      if (state.buffer.speechItemId === undefined) state.idleFromMs = Math.max(heard, state.playedUntilMs);
    }
    state.known = done.usage?.total_tokens ?? 0;
    emit({ type: 'response.done', response: done });
    const told = timer(rateLimitsAfterMs).subscribe({
      next: () => {
        lifetime.remove(told);
        rateLimits();
      },
      error: fail,
    });
    lifetime.add(told);
  };

  const speak = (response: Active, request: ResponseRequest, index: number) => {
    const answer = (asked: Turn) =>
      (request.outOfBand ? undefined : scriptedAnswer(config.script, asked)) ?? config.respond(asked);
    const { id } = response.running.response;
    const said$ = heardIn(request).pipe(
      switchMap((heard) => answerOutputs(config, request, turnOf(request, index, heard), answer)),
      switchMap((outputs) => paced(outputSteps(id, outputs, config.pace), config.isFull)),
    );
    response.playing.add(
      said$.subscribe({
        next: (said) => say(response, said),
        error: (error: unknown) => finish(response, failed(error)),
        complete: () => finish(response, { status: 'completed', details: null }),
      }),
    );
  };

  lifetime.add(() => {
    for (const { playing } of active) playing.unsubscribe();
  });

  return {
    create: (params) => {
      const { session } = state;
      if (session.type !== 'realtime')
        return E.left(refuse('invalid_event', 'A transcription session makes no responses.', 'type'));
      const { conversation, conversationId } = state;
      const context = {
        id: config.newId('resp'),
        conversationId,
        conversation,
        codec: codecOf(session.audio.input.format),
        newId: config.newId,
      };
      return E.chain((request: ResponseRequest): E.Either<Failure, () => void> => {
        const other = inConversation();
        if (other && !request.outOfBand)
          return E.left(
            refuse(
              'conversation_already_has_active_response',
              `Conversation already has an active response in progress: ${other.running.response.id}. Wait until the response is finished before creating a new one.`,
            ),
          );
        const index = indexOf(state, request);
        const { response, input, instructions, tools } = request;
        const running = {
          response,
          sent: [],
          input: inputTokens(input, instructions, tools),
          known: state.known,
          model: session.model,
        };
        const entry: Active = { outOfBand: request.outOfBand, playing: new Subscription(), running };
        active.add(entry);
        emit({ type: 'response.created', response });
        return E.right(() => speak(entry, request, index));
      })(readResponse(params, session, context));
    },
    cancel: (ending, responseId) => {
      const response =
        responseId === undefined ? inConversation() : [...active].find(({ running }) => running.response.id === responseId);
      if (!response) return E.left(refuse('response_cancel_not_active', 'Cancellation failed: no active response found'));
      return E.right(finish(response, ending));
    },
    busy: () => inConversation() !== undefined,
    sentMs: (itemId) =>
      [...active].flatMap(({ running }) => running.sent).find(({ item, done }) => item.id === itemId && !done)?.audioMs,
  };
};
