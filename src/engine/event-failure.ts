import { type EngineError, StreamError } from '../errors.js';
import type { VoiceEvent } from '../events.js';
import type { ErrorDetails } from '../wire/session-event.js';

/** Refusals that only say that the other side was quicker; what was refused is void, or is asked for again. */
const races: ReadonlySet<string> = new Set(['response_cancel_not_active', 'conversation_already_has_active_response']);

/**
 * The error that an event tells of, if it tells of one that the conversation goes on with. Failures of single attempts to connect, of tools and of
 * transcriptions are left to their own events.
 */
export const eventFailure = (event: VoiceEvent): EngineError | undefined => {
  switch (event.type) {
    case 'error':
      return races.has(event.error.code ?? '') ? undefined : refusal(event.error);
    case 'diagnostic.response_failed':
    case 'turn.delegation_failed':
    case 'audio.device_lost':
    case 'playout.failed':
      return event.error;
    case 'diagnostic.epic_failed':
      return asEngineError(event.error, `an epic failed${event.restarted ? ', and was started once more' : ''}`);
    case 'diagnostic.gate_failed':
      return asEngineError(event.error, 'a gate failed');
    case 'diagnostic.command_failed':
      return asEngineError(event.error, `${event.commandType} could not be sent`);
    case 'lane.failed':
      return asEngineError(event.error, `lane ${event.lane} failed`);
    case 'lane.decisions_failed':
      return asEngineError(event.error, 'the decisions about lanes failed; the lane stays as it is');
    default:
      return undefined;
  }
};

/** By code and place: the service's own words may quote what it was sent. */
export const refusal = ({ code, type, param, event_id }: ErrorDetails): StreamError => {
  const what = event_id ? `the command ${event_id}` : 'a command';
  return new StreamError(`the service refused ${what}: ${code ?? type}${param ? ` (${param})` : ''}`, {
    code: 'invalid_request',
  });
};

/** What was thrown, if it is an error of ours, or one that holds it: its message may say anything. */
export const asEngineError = (thrown: unknown, message: string): EngineError =>
  isEngineError(thrown) ? thrown : new StreamError(message, { code: 'threw', cause: thrown });

// Not by class: there may be two copies of it.
const isEngineError = (thrown: unknown): thrown is EngineError =>
  thrown instanceof Error && '_tag' in thrown && 'retryable' in thrown;
