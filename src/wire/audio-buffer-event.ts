import * as t from 'io-ts';
import { nullable, record } from './shape.js';

const common = { event_id: t.string, previous_item_id: nullable(t.string) };

/** What was appended and not committed is gone. */
export const InputAudioCleared = record({ type: t.literal('input_audio_buffer.cleared') }, common);
export type InputAudioCleared = t.TypeOf<typeof InputAudioCleared>;

/** The user's turn became the item `item_id`. */
export const InputAudioCommitted = record({ type: t.literal('input_audio_buffer.committed'), item_id: t.string }, common);
export type InputAudioCommitted = t.TypeOf<typeof InputAudioCommitted>;

/** The service heard speech begin. The moment counts all audio of the session, less the padding before. */
export const ServerSpeechStarted = record(
  { type: t.literal('input_audio_buffer.speech_started'), audio_start_ms: t.number, item_id: t.string },
  common,
);
export type ServerSpeechStarted = t.TypeOf<typeof ServerSpeechStarted>;

/** The service heard speech end. */
export const ServerSpeechStopped = record(
  { type: t.literal('input_audio_buffer.speech_stopped'), audio_end_ms: t.number, item_id: t.string },
  common,
);
export type ServerSpeechStopped = t.TypeOf<typeof ServerSpeechStopped>;

/** Nobody spoke for `idle_timeout_ms` after the last answer had played. */
export const InputTimeoutTriggered = record(
  {
    type: t.literal('input_audio_buffer.timeout_triggered'),
    audio_start_ms: t.number,
    audio_end_ms: t.number,
    item_id: t.string,
  },
  common,
);
export type InputTimeoutTriggered = t.TypeOf<typeof InputTimeoutTriggered>;

/** SIP: the caller pressed a key; `received_at` is Unix time in seconds. */
export const DtmfReceived = record(
  { type: t.literal('input_audio_buffer.dtmf_event_received'), event: t.string, received_at: t.number },
  common,
);
export type DtmfReceived = t.TypeOf<typeof DtmfReceived>;

/** WebRTC and SIP: the service began to play a response. */
export const OutputAudioStarted = record({ type: t.literal('output_audio_buffer.started'), response_id: t.string }, common);
export type OutputAudioStarted = t.TypeOf<typeof OutputAudioStarted>;

/** WebRTC and SIP: the service played a response to its end. */
export const OutputAudioStopped = record({ type: t.literal('output_audio_buffer.stopped'), response_id: t.string }, common);
export type OutputAudioStopped = t.TypeOf<typeof OutputAudioStopped>;

/** WebRTC and SIP: the service threw away what it had not played. */
export const OutputAudioCleared = record({ type: t.literal('output_audio_buffer.cleared'), response_id: t.string }, common);
export type OutputAudioCleared = t.TypeOf<typeof OutputAudioCleared>;

/** All events about the service's audio buffers. */
export const audioBufferEvents = [
  InputAudioCleared,
  InputAudioCommitted,
  ServerSpeechStarted,
  ServerSpeechStopped,
  InputTimeoutTriggered,
  DtmfReceived,
  OutputAudioStarted,
  OutputAudioStopped,
  OutputAudioCleared,
] as const;
