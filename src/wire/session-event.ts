import * as t from 'io-ts';
import { Session } from './session.js';
import { list, nullable, open, record } from './shape.js';

const common = { event_id: t.string, previous_item_id: nullable(t.string) };

/** The session is ready: realtime, transcription or translation. */
export const SessionCreated = record({ type: t.literal('session.created'), session: Session }, common);
export type SessionCreated = t.TypeOf<typeof SessionCreated>;

/** A `session.update` was taken; all settings as they are now. */
export const SessionUpdated = record({ type: t.literal('session.updated'), session: Session }, common);
export type SessionUpdated = t.TypeOf<typeof SessionUpdated>;

/** What the service did not like. The session goes on unless the socket closes. */
export const ErrorDetails = record(
  { message: t.string, type: t.string },
  {
    code: nullable(t.string),
    param: nullable(t.string),
    /** The client event that was refused. */
    event_id: nullable(t.string),
  },
);
export type ErrorDetails = t.TypeOf<typeof ErrorDetails>;

/** The service refused something, or is about to close. */
export const ErrorEvent = record({ type: t.literal('error'), error: ErrorDetails }, common);
export type ErrorEvent = t.TypeOf<typeof ErrorEvent>;

/** How much of a quota is left. */
export const RateLimit = record(
  {},
  { name: open('requests', 'tokens'), limit: t.number, remaining: t.number, reset_seconds: t.number },
);
export type RateLimit = t.TypeOf<typeof RateLimit>;

/** Comes some 40 ms after `response.done`, sometimes not at all. */
export const RateLimitsUpdated = record({ type: t.literal('rate_limits.updated'), rate_limits: list(RateLimit) }, common);
export type RateLimitsUpdated = t.TypeOf<typeof RateLimitsUpdated>;

/** xAI: still there. It wants no answer. */
export const Ping = record({ type: t.literal('ping') }, { ...common, timestamp: t.number });
export type Ping = t.TypeOf<typeof Ping>;

/** All events about the session as a whole. */
export const sessionEvents = [SessionCreated, SessionUpdated, ErrorEvent, RateLimitsUpdated, Ping] as const;
