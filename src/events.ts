import type { AudioFrame, Millis, SampleIndex } from './audio.js';
import type { NetworkStats } from './dsp/network-stats.js';
import type { QualityMetric, QualityMetrics } from './dsp/quality-metrics.js';
import type { AudioError, EngineError, ToolError } from './errors.js';
import type { ClientEvent } from './wire/client-event.js';
import type { ServerEvent } from './wire/server-event.js';

/** Client VAD: the user began to speak. */
export interface SpeechStarted {
  readonly type: 'speech.started';
  /** Sample at which speech began, without pre-roll. */
  readonly position: SampleIndex;
}

/** Client VAD: the user goes on speaking; told about every 100 ms, not in pauses. */
export interface SpeechProgress {
  readonly type: 'speech.progress';
  /** First sample after what was heard so far. */
  readonly position: SampleIndex;
  /** Length of the speech so far. */
  readonly durationMs: Millis;
}

/** Client VAD: the user stopped. */
export interface SpeechStopped {
  readonly type: 'speech.stopped';
  /** First sample after the speech, hangover not counted. */
  readonly position: SampleIndex;
  /** Length of the speech, hangover not counted. */
  readonly durationMs: Millis;
  /** Audio that was let through for it, pre-roll and hangover included; absent where the client does not end turns. */
  readonly sentMs?: Millis;
}

/** No turn has come of what the user said: he was quiet for a second after it, or not for a minute. */
export interface SpeechDismissed {
  readonly type: 'speech.dismissed';
}

/** What the user's voice does. */
export type SpeechEvent = SpeechStarted | SpeechProgress | SpeechStopped;

/** The assistant was cut short. */
export interface TurnInterrupted {
  readonly type: 'turn.interrupted';
  /** The item that was sounding, or the first of which nothing was heard. */
  readonly itemId: string;
  readonly heardMs: Millis;
}
/** The user's turn is over, and is answered. */
export interface TurnEnded {
  readonly type: 'turn.ended';
  /** What ended it, for example `silence` or `push_to_talk`. */
  readonly reason: string;
}
/** The user's turn began. */
export interface TurnStarted {
  readonly type: 'turn.started';
  /** What began it, for example `speech` or `push_to_talk`. */
  readonly reason: string;
}
/** The user's turn came to nothing, and is not answered. */
export interface TurnAbandoned {
  readonly type: 'turn.abandoned';
  /** `too_short` for less than the service takes, `nothing_sent`, or what muted it. */
  readonly reason: string;
}
/** Somebody else has the floor. */
export interface TurnDetected {
  readonly type: 'turn.detected';
  readonly speaker: 'user' | 'assistant';
}
/** The user has paused for long, and nobody has spoken since. */
export interface TurnLongPause {
  readonly type: 'turn.long_pause';
  /** How long, beyond the silence in which the VAD saw that speech was over. */
  readonly silentMs: Millis;
}
/** User and assistant speak at the same time. */
export interface TurnOverlap {
  readonly type: 'turn.overlap';
  /** The item that sounds, if it is known already. */
  readonly itemId: string | undefined;
  /** Who began to speak while the other did. */
  readonly by: 'user' | 'assistant';
}
/** Nobody has spoken for long. */
export interface TurnUserAway {
  readonly type: 'turn.user_away';
  readonly silentMs: Millis;
}
/** The user's turn is answered by somebody else than the session's model; ends with one of the next two. */
export interface TurnDelegated {
  readonly type: 'turn.delegated';
  /** Whose it is, by the lane that the conversation is in. */
  readonly lane: string;
}
/** A turn that was delegated is dealt with. */
export interface TurnDelegationEnded {
  readonly type: 'turn.delegation_ended';
  /** Whether all was said, or the user came in between. */
  readonly reason: 'answered' | 'interrupted';
}
/** The delegate threw or was silent for too long, or its words could not be said. */
export interface TurnDelegationFailed {
  readonly type: 'turn.delegation_failed';
  readonly error: EngineError;
}
/** What becomes of turns, on either side. */
export type TurnEvent =
  | TurnStarted
  | TurnEnded
  | TurnAbandoned
  | TurnDelegated
  | TurnDelegationEnded
  | TurnDelegationFailed
  | TurnInterrupted
  | TurnDetected
  | TurnLongPause
  | TurnOverlap
  | TurnUserAway;

/** What the user said, as far as it was understood. */
export interface UserTranscript {
  readonly type: 'transcript.user';
  readonly itemId: string;
  /** All of the item so far, not only what is new. */
  readonly text: string;
  /** Whether nothing more comes of this item. */
  readonly isFinal: boolean;
}
/** What the assistant said, as far as it was heard. */
export interface AssistantTranscript {
  readonly type: 'transcript.assistant';
  readonly itemId: string;
  /** All of the item so far, not only what is new. */
  readonly text: string;
  /** Whether nothing more comes of this item. */
  readonly isFinal: boolean;
  /** Whether it was cut short: there were words that nobody has heard. */
  readonly isCut: boolean;
}
/** Words, of either side. */
export type TranscriptEvent = UserTranscript | AssistantTranscript;

/**
 * A stage of the audio pipeline is passed by: until `audio.stage_restored` frames go on as they came to it.
 * Stands ahead of the first of them.
 */
export interface AudioStageBypassed {
  readonly type: 'audio.stage_bypassed';
  readonly stage: string;
  /** It took too long, was not free in time, threw or errored, or gave something that is no frame of these samples. */
  readonly reason: 'overrun' | 'busy' | 'threw' | 'bad_result';
  /** How long it took until then; for `busy`, how long the frame waited. */
  readonly durationMs: Millis;
  /** For `threw` and `bad_result`. */
  readonly error?: unknown;
}
/** A stage of the audio pipeline works again, from the next frame on. */
export interface AudioStageRestored {
  readonly type: 'audio.stage_restored';
  readonly stage: string;
}
/** What a stage did since it was last told. */
export interface AudioStageTiming {
  readonly stage: string;
  /** Frames that went on. */
  readonly frames: number;
  /** Those of them that went on as they came. */
  readonly bypassed: number;
  /** How long it took for a frame that it was given, until the answer or until the frame went on without. */
  readonly meanMs: Millis;
  readonly maxMs: Millis;
}
/** How long the stages of the audio pipeline take, about once a second of audio. */
export interface AudioStageTimings {
  readonly type: 'audio.stage_timings';
  /** In the order in which they stand. */
  readonly stages: readonly AudioStageTiming[];
}
/** What becomes of the stages of the audio pipeline. */
export type AudioStageEvent = AudioStageBypassed | AudioStageRestored | AudioStageTimings;

/** Which lane to be in from now on, and why. */
export interface LaneDecision {
  /** The lane's name. */
  readonly lane: string;
  /** Which rule decided, for example `function_call`; `lane.request` for an explicit request. */
  readonly reason: string;
  /** How sure it is, 0 to 1. */
  readonly confidence: number;
  /** When it was decided, in milliseconds of `clock`. */
  readonly at: Millis;
  /** Whether tools that still run are to be stopped. */
  readonly abortsTools?: boolean;
  /** The item whose words it is about, where it is about words. */
  readonly itemId?: string;
}
/** Rules have found which lane the conversation needs. */
export interface LaneDecided extends LaneDecision {
  readonly type: 'lane.decided';
}
/** The lane is to change now: what was decided has passed hysteresis, or hysteresis itself returns to the fast lane. */
export interface LaneChosen extends LaneDecision {
  readonly type: 'lane.chosen';
}
/** Nothing was decided in time about what the user said: it is answered in the lane that is active. */
export interface LaneOverdue {
  readonly type: 'lane.overdue';
}
/** The settings of a lane were sent to the provider: what is asked for from now on is answered with them. */
export interface LaneEntered {
  readonly type: 'lane.entered';
  readonly lane: string;
}
/** The application or the user wants a lane, whatever the rules say. */
export interface LaneRequest {
  readonly type: 'lane.request';
  /** The lane's name. */
  readonly lane: string;
}
/** The audio goes through another lane from the next frame on. */
export interface LaneSwitched {
  readonly type: 'lane.switched';
  readonly from: string;
  readonly to: string;
  /** The decision's, or `lane_failed`. */
  readonly reason: string;
  /** The decision's, 0 to 1. */
  readonly confidence: number;
  /** Frames that the old lane had taken and not given back whole; the new lane gets them first. */
  readonly heldFrames: number;
  /** Audio missing between the last sample before the switch and the first after it; 0 unless the device left some out. */
  readonly gapMs: Millis;
  /** The decision's moment, in milliseconds of `clock`; absent after a failure. */
  readonly decidedAt?: Millis;
  /** Whether tools that still run are to be stopped. */
  readonly abortsTools?: boolean;
}
/** A lane threw, ended early, held audio for too long, or does not exist; nothing of the audio is lost. */
export interface LaneFailed {
  readonly type: 'lane.failed';
  readonly lane: string;
  /** The lane that goes on instead; the same name where its audio goes through untreated. */
  readonly to: string;
  readonly error: unknown;
}
/** The decisions about lanes have come to an end with an error; the lane stays as it is. */
export interface LaneDecisionsFailed {
  readonly type: 'lane.decisions_failed';
  readonly error: unknown;
}
/** What becomes of lanes. */
export type LaneEvent =
  | LaneRequest
  | LaneDecided
  | LaneChosen
  | LaneOverdue
  | LaneSwitched
  | LaneEntered
  | LaneFailed
  | LaneDecisionsFailed;

/** No more of the user's voice comes: the source has completed. */
export interface AudioInputStopped {
  readonly type: 'audio.input_stopped';
  readonly reason: string;
}
/** A microphone or a loudspeaker has gone; what was open is tried again, then the default, until `audio.device_restored`. */
export interface AudioDeviceLost {
  readonly type: 'audio.device_lost';
  /** As it was asked for, or `default`. */
  readonly device: string;
  readonly direction: 'input' | 'output';
  readonly error: AudioError;
}
/** Audio is recorded or played again. */
export interface AudioDeviceRestored {
  readonly type: 'audio.device_restored';
  /** The one that was lost, or `default` in its place. */
  readonly device: string;
  readonly direction: 'input' | 'output';
  /** How much audio is missing of a microphone: what `position` jumps by. How long a loudspeaker was away; nothing of its audio is missing. */
  readonly gapMs: Millis;
}
/** A microphone gives more or less audio than time passes. Told when it begins, changes or ends, each by half a percent at least. */
export interface AudioDrift {
  readonly type: 'audio.drift';
  readonly device: string;
  readonly direction: 'input';
  /** Seconds of audio in a second, for example 0.98; 1 is right. */
  readonly ratio: number;
}
/** What becomes of microphones and loudspeakers. */
export type AudioDeviceEvent = AudioDeviceLost | AudioDeviceRestored | AudioDrift;
/** How well the user's voice comes in, about once a second; of `measureQuality`. Stands behind the frame that ends the report. */
export interface AudioQuality extends QualityMetrics {
  readonly type: 'audio.quality';
  /** First sample after what was measured. */
  readonly position: SampleIndex;
  /** Media time since the measuring began. */
  readonly atMs: Millis;
}
/** A figure of the quality has passed its limit; of `monitor`. */
export interface AudioAlert {
  readonly type: 'audio.alert';
  readonly metric: QualityMetric;
  /** What it is. */
  readonly value: number;
  readonly atMs: Millis;
  /** What the callback threw, if it did. */
  readonly error?: unknown;
}
/** How a network delivers audio, about once a second; of `networkEvents`. Counts are since the stream began. */
export interface AudioNetwork extends NetworkStats {
  readonly type: 'audio.network';
  /** Packets that were not heard, of those that were due since the last report, in percent. */
  readonly lossPercent: number;
}
/** How audio comes in. */
export type AudioQualityEvent = AudioQuality | AudioAlert | AudioNetwork;
/** What becomes of the sources and the sinks of audio. */
export type AudioEvent = AudioInputStopped | AudioDeviceEvent | AudioQualityEvent;

/** An attempt to connect begins. */
export interface ConnectionStarting {
  readonly type: 'connection.starting';
  /** 1 for the first attempt. */
  readonly attempt: number;
}
/** The provider said that the session is ready; an open socket alone is not. */
export interface ConnectionEstablished {
  readonly type: 'connection.established';
  /** The provider's id of the session, or '' where it has none. */
  readonly connectionId: string;
  /** From the attempt's start to the session's readiness. */
  readonly latencyMs: Millis;
  /** Audio of the user that was dropped, because too much of it waited for the session. */
  readonly droppedMs: Millis;
}
/** An attempt to connect has failed; others may follow. */
export interface ConnectionFailed {
  readonly type: 'connection.failed';
  readonly error: EngineError;
  readonly retryCount: number;
}
/** A connection that was ready is gone; unless told otherwise it is made again. */
export interface ConnectionLost {
  readonly type: 'connection.lost';
  readonly closeCode: number;
  /** Code of the error: `lost`, `heartbeat` where the peer was gone without a word, `session_expired`, `protocol`, … */
  readonly reason: string;
}
/** The conversation's last connection is closed: nothing comes after it. */
export interface ConnectionClosed {
  readonly type: 'connection.closed';
  readonly reason: string;
}
/** The next attempt to connect comes after a wait. */
export interface ConnectionReconnecting {
  readonly type: 'connection.reconnecting';
  /** Number of that attempt. */
  readonly attempt: number;
  readonly inMs: Millis;
}
/** Another session takes the place of the one that there is, which goes on until then: its time is nearly up, or somebody asked. */
export interface ConnectionRotating {
  readonly type: 'connection.rotating';
}
/** Audio begins to wait for a connection that is slower than it, or no longer does. */
export interface ConnectionBackpressure {
  readonly type: 'connection.backpressure';
  readonly isCongested: boolean;
  /** What waits in the socket; 0 where the kernel takes it all, though the link is late. */
  readonly bufferedBytes: number;
  /** Audio of the user that was dropped meanwhile, because too much of it waited. */
  readonly droppedMs: Millis;
}
/** A later session has taken over: the conversation was rebuilt in it, and goes on. */
export interface ConnectionRestored {
  readonly type: 'connection.restored';
  /** How long there was no session. */
  readonly gapMs: Millis;
  /** Items that were sent again. */
  readonly replayedItems: number;
  /** Audio of the user that was sent again. */
  readonly replayedMs: Millis;
  /** Audio of the user that the gap has cost. */
  readonly droppedMs: Millis;
  /** Images that the new session is without, though it has their items: more than `replayImageBytes` were shown since. */
  readonly droppedImages: number;
  /** Items that the new session is without: beyond the budget, without words, or in the summary. */
  readonly droppedItemIds: readonly string[];
  /** Items of the assistant that still sound; each is sent again when it is known what was heard of it. */
  readonly dueItemIds: readonly string[];
}
/** Where the connection stands, told once per change and in order. */
export type ConnectionEvent =
  | ConnectionStarting
  | ConnectionEstablished
  | ConnectionFailed
  | ConnectionLost
  | ConnectionReconnecting
  | ConnectionRotating
  | ConnectionRestored
  | ConnectionBackpressure
  | ConnectionClosed;

/** What was said so far, in short: a session that is rebuilt gets it in place of the items. */
export interface ConversationSummarized {
  readonly type: 'conversation.summarized';
  readonly text: string;
  /** The last item that it is about. */
  readonly throughItemId: string;
}

/** The device took the first sample of an item. */
export interface PlayoutStarted {
  readonly type: 'playout.started';
  readonly itemId: string;
  readonly responseId: string;
}
/** The device took more samples of an item. */
export interface PlayoutProgress {
  readonly type: 'playout.progress';
  readonly itemId: string;
  readonly responseId: string;
  /** Samples of this item that the device has taken so far. */
  readonly playedSamples: number;
  /** The same in milliseconds. */
  readonly playedMs: Millis;
}
/** The device took the last sample of an item that the provider has finished. */
export interface PlayoutItemDone {
  readonly type: 'playout.item_done';
  readonly itemId: string;
  readonly responseId: string;
  readonly playedSamples: number;
  readonly playedMs: Millis;
}
/** The device took everything that was queued. */
export interface PlayoutDrained {
  readonly type: 'playout.drained';
}
/** What became of an item of which audio was thrown away. */
export interface FlushedItem {
  readonly itemId: string;
  readonly responseId: string;
  /** What the device took of it, what will still sound included. */
  readonly playedSamples: number;
  /** The same in milliseconds. */
  readonly playedMs: Millis;
  /** What was thrown away. */
  readonly discardedMs: Millis;
  /** Whether the provider had sent all of its audio. */
  readonly isFinished: boolean;
}
/** Queued audio was thrown away, and later audio of these responses will be. */
export interface PlayoutFlushed {
  readonly type: 'playout.flushed';
  /** The items that were queued, in order. */
  readonly items: readonly FlushedItem[];
  readonly responseIds: readonly string[];
}
/** The device has run out of audio in the midst of an item; the loudspeaker fades out and waits for more. */
export interface PlayoutUnderrun {
  readonly type: 'playout.underrun';
  readonly itemId: string;
  readonly responseId: string;
  /** How much audio will be gathered before it goes on. */
  readonly prefillMs: Millis;
}
/** The device took the first sample of an own sound. */
export interface PlayoutSoundStarted {
  readonly type: 'playout.sound_started';
  /** That of `playout.play`. */
  readonly id: string;
}
/** An own sound is over; nothing more of it is heard. */
export interface PlayoutSoundEnded {
  readonly type: 'playout.sound_ended';
  /** That of `playout.play`. */
  readonly id: string;
  /** `completed`: all was played. `stopped`: it was told to. `failed`: its source errored; what had come before was played. */
  readonly reason: 'completed' | 'stopped' | 'failed';
  /** How much of it the device took. */
  readonly playedMs: Millis;
  /** What the source errored with. */
  readonly error?: unknown;
}
/**
 * The device is gone for good, or could not be had: nothing of what waits will be heard, nor of what comes. It counts as received then, as where
 * there is no playout.
 */
export interface PlayoutFailed {
  readonly type: 'playout.failed';
  readonly error: EngineError;
}
/** What the loudspeaker side reports; positions are counted in samples that the device took. */
export type PlayoutEvent =
  | PlayoutStarted
  | PlayoutProgress
  | PlayoutItemDone
  | PlayoutDrained
  | PlayoutFlushed
  | PlayoutUnderrun
  | PlayoutFailed
  | PlayoutSoundStarted
  | PlayoutSoundEnded
  | AudioDeviceEvent
  | MalformedEvent;

/** The provider sent an event that this version does not know; it was passed over. */
export interface UnknownEvent {
  readonly type: 'diagnostic.unknown_event';
  /** The event's own `type`, or '' where it had none. */
  readonly eventType: string;
}
/** The provider sent something that does not fit its type; it was passed over. */
export interface MalformedEvent {
  readonly type: 'diagnostic.malformed_event';
  readonly eventType: string;
  /** Where it does not fit, for example `response.usage.total_tokens`; never values. */
  readonly paths: readonly string[];
}
/** An epic threw; it was started once more, or given up when `restarted` is false. */
export interface EpicFailed {
  readonly type: 'diagnostic.epic_failed';
  readonly error: unknown;
  readonly restarted: boolean;
}
/** The provider has no such command; it was dropped. */
export interface CommandUnsupported {
  readonly type: 'diagnostic.command_unsupported';
  readonly commandType: string;
}
/** A command could not be written, for example because it holds itself; it was dropped. */
export interface CommandFailed {
  readonly type: 'diagnostic.command_failed';
  readonly commandType: string;
  readonly error: unknown;
}
/** A gate threw; it counts as `send` from then on for commands at which it throws. Told once a gate. */
export interface GateFailed {
  readonly type: 'diagnostic.gate_failed';
  readonly error: unknown;
}
/** A response failed, and why: quota and rate limits are told nowhere else. */
export interface ResponseFailed {
  readonly type: 'diagnostic.response_failed';
  readonly responseId: string;
  readonly error: EngineError;
}
/** Nothing of this process has run for so long: code that blocks, too much work, or suspension. */
export interface Stalled {
  readonly type: 'diagnostic.stalled';
  readonly ms: Millis;
}
/** What went wrong and was survived. */
export type DiagnosticEvent =
  | UnknownEvent
  | MalformedEvent
  | EpicFailed
  | GateFailed
  | CommandUnsupported
  | CommandFailed
  | ResponseFailed
  | Stalled;

/** The model called a function, and its arguments were understood. */
export interface ToolInvoked {
  readonly type: 'tool.invoked';
  readonly functionName: string;
  /** As they were decoded. */
  readonly arguments: unknown;
  readonly callId: string;
}
/** A tool runs. */
export interface ToolStarted {
  readonly type: 'tool.started';
  readonly functionName: string;
  readonly callId: string;
}
/** A tool has its result. */
export interface ToolSucceeded {
  readonly type: 'tool.succeeded';
  readonly functionName: string;
  readonly callId: string;
  /** How long it ran. */
  readonly durationMs: Millis;
}
/** A call came to nothing: `bad_arguments`, `unsupported` (no such tool), `threw`, `bad_result`, `cancelled`. */
export interface ToolFailed {
  readonly type: 'tool.failed';
  readonly functionName: string;
  readonly callId: string;
  readonly error: ToolError;
}
/** A tool ran too long; it was aborted. */
export interface ToolTimedOut {
  readonly type: 'tool.timed_out';
  readonly functionName: string;
  readonly callId: string;
  readonly timeoutMs: Millis;
}
/** Calls have been open for a second: what the user says is answered without their outputs. */
export interface ToolOverdue {
  readonly type: 'tool.overdue';
}
/** What becomes of function calls; one that was invoked ends with `tool.succeeded`, `.failed` or `.timed_out`. */
export type ToolEvent = ToolInvoked | ToolStarted | ToolSucceeded | ToolFailed | ToolTimedOut | ToolOverdue;

/** Most of what may be spent is spent. Told once. */
export interface UsageBudgetWarning {
  readonly type: 'usage.budget_warning';
  /** What was spent so far, in USD, as it is estimated. */
  readonly costUsd: number;
  readonly budgetUsd: number;
}
/** Something was used that counts as nothing, for its price is not known: the truth is more than the budget sees. Told once of each model. */
export interface UsageBudgetUnpriced {
  readonly type: 'usage.budget_unpriced';
  readonly model: string;
  /** What was spent so far on what has a price, in USD, as it is estimated. */
  readonly costUsd: number;
  readonly budgetUsd: number;
}
/** All that may be spent is spent, and nobody is in the midst of something: the conversation ends. */
export interface UsageBudgetExhausted {
  readonly type: 'usage.budget_exhausted';
  /** What was spent in all, in USD, as it is estimated. */
  readonly costUsd: number;
  readonly budgetUsd: number;
}
/** What becomes of a budget. */
export type UsageEvent = UsageBudgetWarning | UsageBudgetUnpriced | UsageBudgetExhausted;
/** The call is being saved. */
export interface RecordingStarted {
  readonly type: 'recording.started';
  /** Where to, for example a folder. */
  readonly path: string;
}
/** The call is not saved, or no longer; it goes on. Told once. */
export interface RecordingFailed {
  readonly type: 'recording.failed';
  readonly error: AudioError;
}
/** What becomes of the recording of a call. */
export type RecordingEvent = RecordingStarted | RecordingFailed;

/** Everything that can happen. Wire names are the provider protocol's own; ours have prefixes that the wire does not use. */
export type VoiceEvent =
  | ServerEvent
  | SpeechEvent
  | SpeechDismissed
  | TurnEvent
  | TranscriptEvent
  | AudioStageEvent
  | LaneEvent
  | AudioEvent
  | ConnectionEvent
  | ConversationSummarized
  | PlayoutEvent
  | ToolEvent
  | UsageEvent
  | RecordingEvent
  | DiagnosticEvent;

/** Throws away all audio that is queued for the loudspeaker, and all that still comes of its responses. */
export interface PlayoutFlush {
  readonly type: 'playout.flush';
  /** Further responses of which nothing is to be played. */
  readonly responseIds?: readonly string[];
}
/** Silences the loudspeaker at once and keeps what was not heard. */
export interface PlayoutPause {
  readonly type: 'playout.pause';
}
/** Goes on from the very sample at which it was paused. */
export interface PlayoutResume {
  readonly type: 'playout.resume';
}
/** Plays all softer, speech and own sounds, or again as it was. */
export interface PlayoutDuck {
  readonly type: 'playout.duck';
  /** Factor of the amplitude, 0 to 1; 1 is full. */
  readonly gain: number;
}
/** An Observable, of whatever copy of rxjs. */
export interface Subscribable<T> {
  /** Begins; what is returned ends it. */
  subscribe(observer: { next(value: T): void; error(error: unknown): void; complete(): void }): { unsubscribe(): void };
}
/**
 * Plays audio that is not the assistant's: music, a ring, another voice. It is no speech: it cannot be interrupted or truncated, and the user
 * who speaks meanwhile begins an ordinary turn. `playout.flush` leaves it alone, `playout.pause` pauses it too. Without a playout nothing happens.
 */
export interface PlayoutPlay {
  readonly type: 'playout.play';
  /** Names the sound; one that plays under this name is stopped. */
  readonly id: string;
  /**
   * The audio: frames of any rate, or samples at 24 kHz. Subscribed when the command is handled, unsubscribed when the sound is over. What comes
   * faster than it plays waits: ten minutes of it at the most, or one piece of any length; beyond that the sound ends as failed.
   */
  readonly source$: Subscribable<AudioFrame | Int16Array>;
  /** Stops the sound when it emits, as `playout.stop` does. Subscribed before `source$`. */
  readonly stop$?: Subscribable<unknown>;
  /**
   * How it sounds while the assistant speaks: as loud as ever, or 14 dB softer.
   * @default 'duck'
   */
  readonly under?: 'mix' | 'duck';
  /**
   * Factor of its amplitude, 0 to 1.
   * @default 1
   */
  readonly gain?: number;
}
/** Fades an own sound out, within 20 ms; does nothing where there is none of that name. */
export interface PlayoutStop {
  readonly type: 'playout.stop';
  /** That of `playout.play`. */
  readonly id: string;
}
/** What can be asked of the loudspeaker. */
export type PlayoutCommand = PlayoutFlush | PlayoutPause | PlayoutResume | PlayoutDuck | PlayoutPlay | PlayoutStop;

/** Ends the conversation: the socket closes and the stream completes, whatever is still open. */
export interface ConnectionClose {
  readonly type: 'connection.close';
}
/** Moves the conversation to another session of the provider, as soon as nothing is under way, also while the user speaks. */
export interface ConnectionRotate {
  readonly type: 'connection.rotate';
  /**
   * The name of the provider to move to, of `realtime` or of its `others`; answers wait for it then.
   * @default the one that it is with
   */
  readonly to?: string;
}
/** What can be asked of the connection. */
export type ConnectionCommand = ConnectionClose | ConnectionRotate;

/** Everything that can be asked for. */
export type Command = ClientEvent | PlayoutCommand | ConnectionCommand;

/** The members of a union of events or commands that have one of these types. */
export type OfType<Entry extends { readonly type: string }, Type extends Entry['type']> = Extract<Entry, { readonly type: Type }>;

const commandTypes: ReadonlySet<string> = new Set<Command['type']>([
  'conversation.item.create',
  'conversation.item.delete',
  'conversation.item.retrieve',
  'conversation.item.truncate',
  'input_audio_buffer.append',
  'input_audio_buffer.clear',
  'input_audio_buffer.commit',
  'output_audio_buffer.clear',
  'response.cancel',
  'response.create',
  'session.update',
  'session.input_audio_buffer.append',
  'session.close',
  'playout.duck',
  'playout.flush',
  'playout.pause',
  'playout.play',
  'playout.resume',
  'playout.stop',
  'connection.close',
  'connection.rotate',
]);

/** Tells commands from events: no type stands in both. */
export const isCommand = (entry: { readonly type: string }): entry is Command => commandTypes.has(entry.type);

/** Tells audio frames from events and commands: frames have no type. */
export const isFrame = <Frame extends AudioFrame>(entry: Frame | { readonly type: string }): entry is Frame => !('type' in entry);

/**
 * The names of all events that an engine emits, for those who like constants better than strings.
 * The union of their values is the type of the same name.
 */
export const EventType = {
  CONNECTION_STARTING: 'connection.starting',
  CONNECTION_ESTABLISHED: 'connection.established',
  CONNECTION_FAILED: 'connection.failed',
  CONNECTION_LOST: 'connection.lost',
  CONNECTION_CLOSED: 'connection.closed',
  AUDIO_INPUT_STARTED: 'audio.input_started',
  AUDIO_INPUT_CHUNK: 'audio.input_chunk',
  AUDIO_INPUT_STOPPED: 'audio.input_stopped',
  AUDIO_OUTPUT_STARTED: 'audio.output_started',
  AUDIO_OUTPUT_CHUNK: 'audio.output_chunk',
  AUDIO_OUTPUT_STOPPED: 'audio.output_stopped',
  TEXT_INPUT: 'text.input',
  TEXT_OUTPUT: 'text.output',
  CONVERSATION_STARTED: 'turn.conversation_started',
  TURN_DETECTED: 'turn.detected',
  CONVERSATION_INTERRUPTED: 'turn.interrupted',
  CONVERSATION_ENDED: 'turn.conversation_ended',
  RESPONSE_STARTED: 'turn.response_started',
  RESPONSE_COMPLETED: 'turn.response_completed',
  RESPONSE_CANCELLED: 'turn.response_cancelled',
  FUNCTION_CALL_INVOKED: 'tool.invoked',
  ERROR_GENERAL: 'engine.error',
  LANE_SWITCHED: 'lane.switched',
} as const;
export type EventType = (typeof EventType)[keyof typeof EventType];
