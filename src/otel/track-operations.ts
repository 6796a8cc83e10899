import type { Millis } from '../audio.js';
import type { VoiceEvent } from '../events.js';
import type { Response } from '../wire/response.js';
import type { ServerEventOf } from '../wire/server-event.js';
import type { Operation, OperationObserver } from './operation.js';
import { toolOperations } from './tool-operations.js';
import { type TurnOperation, turnOperation } from './turn-operation.js';

/** Finds in the events of a call what begins and ends. */
export interface OperationTracker {
  /** An event at `at`, in milliseconds since 1970. */
  happened(event: VoiceEvent, at: Millis): void;
  /** Nothing more comes: ends all that is open. */
  end(at: Millis, error?: string): void;
}

interface OpenResponse {
  readonly operation: Operation;
  readonly turn: TurnOperation | undefined;
  firstChunkAt: Millis | undefined;
  hasAudio: boolean;
}

/** A tracker that tells `observer`; whatever comes, each operation ends once, and none is open after `end`. */
export const trackOperations = (observer: OperationObserver): OperationTracker => {
  const responses = new Map<string, OpenResponse>();
  let turn: TurnOperation | undefined;
  /** When the user was last heard to stop, while nothing has come of it. */
  let stoppedAt: Millis | undefined;
  let loudspeaker: 'unknown' | 'none' | 'present' = 'unknown';
  const tools = toolOperations(observer, () => (turn?.isOver ? undefined : turn));

  const start = (operation: Operation): Operation => {
    observer.started(operation);
    return operation;
  };
  const endTurn = (at: Millis, error?: string): void => {
    if (turn?.isUnheard && loudspeaker === 'unknown') loudspeaker = 'none';
    turn?.end(at, error);
    turn = undefined;
  };
  const beginTurn = (at: Millis): TurnOperation => {
    endTurn(at);
    const operation = start({ kind: 'turn', id: '', startedAt: stoppedAt ?? at });
    stoppedAt = undefined;
    turn = turnOperation(operation, observer, () => loudspeaker !== 'none');
    return turn;
  };

  const beginResponse = ({ id = '', conversation_id }: Response, at: Millis): void => {
    if (responses.has(id)) return;
    // What is asked for beside the conversation answers nobody.
    const part = conversation_id === null ? undefined : turn && !turn.isOver ? turn : beginTurn(at);
    const operation = start({ kind: 'response', id, startedAt: at, turn: part?.operation });
    responses.set(id, { operation, turn: part, firstChunkAt: undefined, hasAudio: false });
    part?.began(id);
  };
  const chunk = (id: string, at: Millis, isAudio: boolean): void => {
    const open = responses.get(id);
    if (!open) return;
    open.firstChunkAt ??= at;
    if (!isAudio || open.hasAudio) return;
    open.hasAudio = true;
    open.turn?.spoke();
  };
  const endResponse = ({ response, usage }: ServerEventOf<'response.done'>, at: Millis): void => {
    const id = response.id ?? '';
    const open = responses.get(id);
    if (!open) return;
    const { operation, firstChunkAt, hasAudio } = open;
    const error = response.status === 'failed' ? failureOf(response) : undefined;
    const { status } = response;
    responses.delete(id);
    // xAI says it beside the response, and `{}` in it.
    observer.ended(operation, { at, error, status, usage: usage ?? response.usage ?? undefined, firstChunkAt, hasAudio });
    open.turn?.responded(id, at, !isToGoOn(response), error);
  };
  const breakResponses = (at: Millis, error: string | undefined): void => {
    for (const { operation, firstChunkAt, hasAudio } of responses.values()) {
      observer.ended(operation, { at, error, firstChunkAt, hasAudio });
    }
    responses.clear();
  };

  const end = (at: Millis, error?: string): void => {
    tools.end(at, error);
    breakResponses(at, error);
    endTurn(at, error);
    stoppedAt = undefined;
  };

  const happened = (event: VoiceEvent, at: Millis): void => {
    switch (event.type) {
      case 'response.output_audio.delta':
        chunk(event.response_id, at, true);
        return;
      case 'response.output_text.delta':
        chunk(event.response_id, at, false);
        return;
      case 'speech.stopped':
      case 'input_audio_buffer.speech_stopped':
        stoppedAt ??= at;
        return;
      case 'speech.started':
      case 'input_audio_buffer.speech_started':
      case 'speech.dismissed':
      case 'turn.abandoned':
        stoppedAt = undefined;
        return;
      case 'turn.ended':
      case 'input_audio_buffer.committed':
        if (!turn || turn.isAnswered || turn.isOver) beginTurn(at);
        return;
      case 'response.created':
        beginResponse(event.response, at);
        return;
      case 'response.done':
        endResponse(event, at);
        return;
      case 'turn.interrupted':
        turn?.interrupted();
        return;
      case 'turn.delegation_ended':
        turn?.answered(at, undefined);
        return;
      case 'turn.delegation_failed':
        turn?.answered(at, event.error.code);
        return;
      case 'playout.started':
      case 'playout.drained':
      case 'playout.flushed':
      case 'playout.failed':
        loudspeaker = event.type === 'playout.failed' ? 'none' : 'present';
        turn?.played(event, at);
        return;
      case 'tool.invoked':
      case 'tool.started':
      case 'tool.succeeded':
      case 'tool.failed':
      case 'tool.timed_out':
        tools.happened(event, at);
        return;
      case 'connection.lost':
        // Tools go on: the next session is told what they say.
        breakResponses(at, event.reason);
        endTurn(at, event.reason);
        return;
      case 'connection.closed':
        end(at);
        return;
      case 'connection.starting':
        // One conversation that failed is followed by another.
        if (event.attempt === 1) end(at);
        return;
      default:
        return;
    }
  };

  return { happened, end };
};

/** What calls functions goes on when they have run. */
const isToGoOn = ({ status, output }: Response): boolean =>
  status === 'completed' && (output?.some(({ type }) => type === 'function_call') ?? false);

const failureOf = ({ status_details: details }: Response): string => {
  const error = typeof details === 'object' ? details?.error : undefined;
  return error?.code ?? error?.type ?? 'failed';
};
