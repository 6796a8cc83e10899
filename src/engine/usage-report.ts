import { durationOf, type Millis } from '../audio.js';
import type { VoiceEvent } from '../events.js';
import { outputFormatOf } from '../state/audio-format.js';
import type { SessionState } from '../state/session-state.js';
import { addUsage, noUsage, type UsageTotals } from '../state/usage.js';
import { bytesIn } from '../wire/base64.js';
import type { ServerEventOf } from '../wire/server-event.js';
import { addTranscription, type TranscriptionCount } from './transcription-count.js';

/** What was used, of all or of one model or lane. */
export interface UsageShare {
  readonly tokens: UsageTotals;
  readonly functionCalls: number;
  readonly inputMs: Millis;
  readonly outputMs: Millis;
}

const noShare: UsageShare = { tokens: noUsage, functionCalls: 0, inputMs: 0, outputMs: 0 };

/** A response that goes on. */
interface OpenShare {
  readonly id: string;
  readonly model: string;
  readonly lane: string;
  readonly outputMs: Millis;
}

/** What was used so far; `usageOf` reads it. */
export interface UsageReport {
  readonly total: UsageShare;
  readonly byModel: Readonly<Record<string, UsageShare>>;
  readonly byLane: Readonly<Record<string, UsageShare>>;
  /** Responses that go on; what came of them counts already, and is theirs when they end. */
  readonly open: readonly OpenShare[];
  readonly sessions: number;
  /** By the model that wrote down what the user said. */
  readonly transcription: Readonly<Record<string, TranscriptionCount>>;
  /** Responses of which nobody has said what they cost: such as ended with their connection. They are billed. */
  readonly uncounted: number;
  /** How much of `SessionState.committed` is in here. */
  readonly committedMs: Millis;
}

/** A report before anything was used. */
export const initialUsageReport: UsageReport = {
  total: noShare,
  byModel: {},
  byLane: {},
  open: [],
  sessions: 0,
  transcription: {},
  uncounted: 0,
  committedMs: 0,
};

/**
 * The report after an event; the same one where nothing was used. Constant time an event.
 *
 * A response counts for the model of the session and for the lane in which it began.
 *
 * @param session The state of the same conversation, the event included. One report may go on over several conversations, one after the other.
 */
export const usageReport = (report: UsageReport, event: VoiceEvent, session: SessionState): UsageReport => {
  switch (event.type) {
    case 'response.output_audio.delta':
      return received(report, event, session);
    case 'response.created':
      return begun(report, event.response.id ?? '', session);
    case 'response.output_item.done':
      return event.item.type === 'function_call'
        ? charge(report, report.open.find(({ id }) => id === event.response_id) ?? placeOf(session), called)
        : report;
    case 'response.done':
      return ended(report, event, session);
    case 'input_audio_buffer.committed':
      return committed(report, session);
    case 'conversation.item.input_audio_transcription.completed': {
      const model = session.conversation.session?.audio?.input?.transcription?.model ?? unknown;
      return event.usage
        ? {
            ...report,
            transcription: { ...report.transcription, [model]: addTranscription(report.transcription[model], event.usage) },
          }
        : report;
    }
    case 'connection.established':
    case 'connection.restored':
      return { ...report, sessions: report.sessions + 1 };
    case 'connection.starting':
      // A conversation that begins counts its audio from 0.
      return event.attempt === 1 ? { ...abandoned(report), committedMs: 0 } : report;
    case 'connection.closed':
      return abandoned(report);
    default:
      return report;
  }
};

/** The name of a model or a lane that nobody has named. */
const unknown = 'unknown';

interface Place {
  readonly model: string;
  readonly lane: string;
}

const placeOf = ({ conversation, lanes }: SessionState): Place => ({
  model: conversation.session?.model ?? unknown,
  lane: lanes.lane || unknown,
});

/** All that are charged with something are charged alike. */
const charge = (report: UsageReport, { model, lane }: Place, change: (share: UsageShare) => UsageShare): UsageReport => ({
  ...report,
  total: change(report.total),
  byModel: { ...report.byModel, [model]: change(report.byModel[model] ?? noShare) },
  byLane: { ...report.byLane, [lane]: change(report.byLane[lane] ?? noShare) },
});

const called = (share: UsageShare): UsageShare => ({ ...share, functionCalls: share.functionCalls + 1 });
const heard =
  (ms: Millis) =>
  (share: UsageShare): UsageShare => ({ ...share, outputMs: share.outputMs + ms });

/** One that is told of twice is one. */
const begun = (report: UsageReport, id: string, session: SessionState): UsageReport =>
  isOpen(report, id) ? report : { ...report, open: [...report.open, { id, ...placeOf(session), outputMs: 0 }] };

const isOpen = (report: UsageReport, id: string): boolean => report.open.some((each) => each.id === id);

const received = (
  report: UsageReport,
  { response_id, delta }: ServerEventOf<'response.output_audio.delta'>,
  session: SessionState,
): UsageReport => {
  const { sampleRate, bytesPerSample } = outputFormatOf(session.conversation.session);
  const ms = durationOf((bytesIn(delta) ?? 0) / bytesPerSample, sampleRate);
  if (!isOpen(report, response_id)) return charge(report, placeOf(session), heard(ms));
  return {
    ...report,
    open: report.open.map((each) => (each.id === response_id ? { ...each, outputMs: each.outputMs + ms } : each)),
  };
};

const ended = (
  report: UsageReport,
  { response, usage: beside }: ServerEventOf<'response.done'>,
  session: SessionState,
): UsageReport => {
  const known = report.open.find(({ id }) => id === (response.id ?? ''));
  const open = report.open.filter((each) => each !== known);
  // xAI says it beside the response, and `{}` in it.
  const usage = beside ?? response.usage;
  const isUncounted = !usage && response.status !== 'failed';
  return charge({ ...report, open, uncounted: report.uncounted + (isUncounted ? 1 : 0) }, known ?? placeOf(session), (share) => ({
    ...share,
    tokens: usage ? addUsage(share.tokens, usage) : share.tokens,
    outputMs: share.outputMs + (known?.outputMs ?? 0),
  }));
};

const committed = (report: UsageReport, session: SessionState): UsageReport => {
  const { ms } = session.committed;
  return charge({ ...report, committedMs: ms }, placeOf(session), (share) => ({
    ...share,
    inputMs: share.inputMs + ms - report.committedMs,
  }));
};

/** The report with what has come of responses that go on. */
export const settledReport = (report: UsageReport): UsageReport =>
  report.open.reduce<UsageReport>((sum, each) => charge(sum, each, heard(each.outputMs)), { ...report, open: [] });

/** Nothing more comes of responses that go on. */
const abandoned = (report: UsageReport): UsageReport =>
  report.open.length === 0 ? report : { ...settledReport(report), uncounted: report.uncounted + report.open.length };
