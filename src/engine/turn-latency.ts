import type { Millis } from '../audio.js';
import type { VoiceEvent } from '../events.js';
import type { Response } from '../wire/response.js';
import type { Session } from '../wire/session.js';
import { type SampleWindow, withSample } from './sample-window.js';

/** How long the moments of a turn take that a user feels. */
export interface TurnLatency {
  readonly firstAudioMs: SampleWindow;
  readonly endOfSpeechToSoundMs: SampleWindow;
  readonly bargeInToSilenceMs: SampleWindow;
  /** From the first audio of an answer to the first sample that the device took of it, the last time. */
  readonly playbackLatencyMs: Millis | undefined;
  /** How much audio the playout gathers before it plays. */
  readonly prefillMs: Millis;
  readonly isSpeaking: boolean;
  readonly isSounding: boolean;
  /** Silence in which the client's and the service's VAD saw that speech was over. */
  readonly hangoverMs: { readonly client: Millis; readonly service: Millis };
  /** Since when an answer is due of which nothing has come; when the user ended of whom nothing has sounded; when the user came in between. */
  readonly dueAt: Millis | undefined;
  readonly endedAt: Millis | undefined;
  readonly bargedAt: Millis | undefined;
  /** The item that came first while nothing sounded, and when. */
  readonly arrived: { readonly itemId: string; readonly at: Millis } | undefined;
}

/** What the playout gathers where nothing else is told, `prefillMs` of `playTo`. */
const usualPrefillMs: Millis = 60;

/** @param speechEndMs Silence in which the client's VAD sees that speech is over, in milliseconds. */
export const initialTurnLatency = (speechEndMs: Millis): TurnLatency => ({
  firstAudioMs: [],
  endOfSpeechToSoundMs: [],
  bargeInToSilenceMs: [],
  playbackLatencyMs: undefined,
  prefillMs: usualPrefillMs,
  isSpeaking: false,
  isSounding: false,
  hangoverMs: { client: speechEndMs, service: 0 },
  dueAt: undefined,
  endedAt: undefined,
  bargedAt: undefined,
  arrived: undefined,
});

/** The latencies after an event at `at`, in milliseconds of `clock`; the same ones where it does not concern them. */
export const turnLatency = (state: TurnLatency, event: VoiceEvent, at: Millis): TurnLatency => {
  switch (event.type) {
    case 'session.created':
    case 'session.updated':
      return { ...state, hangoverMs: { ...state.hangoverMs, service: silenceMsOf(event.session as Session) } };
    case 'speech.started':
    case 'input_audio_buffer.speech_started':
      return state.isSpeaking ? state : begun(state, at);
    case 'speech.stopped':
      return stopped(state, at, at - state.hangoverMs.client);
    case 'input_audio_buffer.speech_stopped':
      return stopped(state, at, at - state.hangoverMs.service);
    case 'input_audio_buffer.committed':
    case 'turn.ended':
      return due(state, at);
    case 'response.created':
      return event.response.conversation_id === null ? state : due(state, at);
    case 'response.done':
      return isOver(event.response) && state.dueAt !== undefined ? { ...state, dueAt: undefined } : state;
    case 'response.output_audio.delta':
      return arrived(state, event.item_id, at);
    case 'playout.started':
      return sounded(state, event.itemId, at);
    case 'playout.underrun':
      return { ...state, prefillMs: event.prefillMs };
    case 'playout.drained':
    case 'playout.failed':
      return { ...state, isSounding: false, bargedAt: undefined };
    case 'playout.flushed':
      return silenced(state, at);
    case 'speech.dismissed':
    case 'turn.abandoned':
    case 'connection.lost':
      return { ...state, dueAt: undefined, endedAt: undefined };
    default:
      return state;
  }
};

/** The service is silent for so long before it says that speech is over; semantic detection does not say how long. */
const silenceMsOf = ({ audio }: Session): Millis => audio?.input?.turn_detection?.silence_duration_ms ?? 0;

const begun = (state: TurnLatency, at: Millis): TurnLatency => ({
  ...state,
  isSpeaking: true,
  dueAt: undefined,
  endedAt: undefined,
  bargedAt: state.isSounding ? at : undefined,
});

const stopped = (state: TurnLatency, at: Millis, endedAt: Millis): TurnLatency =>
  state.isSpeaking ? { ...state, isSpeaking: false, dueAt: at, endedAt } : state;

const due = (state: TurnLatency, at: Millis): TurnLatency =>
  state.dueAt !== undefined || state.isSpeaking ? state : { ...state, dueAt: at };

/** What calls functions goes on when they have run. */
const isOver = ({ output }: Response): boolean => !output?.some(({ type }) => type === 'function_call');

const arrived = (state: TurnLatency, itemId: string, at: Millis): TurnLatency => {
  const isFirst = !state.isSounding && state.arrived?.itemId !== itemId;
  if (state.dueAt === undefined && !isFirst) return state;
  return {
    ...state,
    firstAudioMs: state.dueAt === undefined ? state.firstAudioMs : withSample(state.firstAudioMs, at - state.dueAt),
    dueAt: undefined,
    arrived: isFirst ? { itemId, at } : state.arrived,
  };
};

const sounded = (state: TurnLatency, itemId: string, at: Millis): TurnLatency => ({
  ...state,
  isSounding: true,
  playbackLatencyMs: state.arrived?.itemId === itemId ? at - state.arrived.at : state.playbackLatencyMs,
  endOfSpeechToSoundMs:
    state.endedAt === undefined ? state.endOfSpeechToSoundMs : withSample(state.endOfSpeechToSoundMs, at - state.endedAt),
  endedAt: undefined,
  arrived: undefined,
});

const silenced = (state: TurnLatency, at: Millis): TurnLatency => ({
  ...state,
  isSounding: false,
  bargeInToSilenceMs:
    state.bargedAt === undefined ? state.bargeInToSilenceMs : withSample(state.bargeInToSilenceMs, at - state.bargedAt),
  bargedAt: undefined,
  arrived: undefined,
});
