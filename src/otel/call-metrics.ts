import type { Millis } from '../audio.js';
import { initialTurnLatency, type TurnLatency, turnLatency } from '../engine/turn-latency.js';
import type { VoiceEvent } from '../events.js';
import type { CallFacts } from './call-facts.js';
import type { Instruments } from './instruments.js';
import { attribute, type Conventions } from './names.js';
import { modelOf } from './operation-metrics.js';
import { sessionMetrics } from './session-metrics.js';

export interface CallMetricsConfig {
  readonly instruments: Instruments;
  readonly conventions: Conventions;
  /** Silence in which the client's VAD sees that speech is over, in milliseconds. */
  readonly speechEndMs: Millis;
  facts(): CallFacts;
}

/** Measures what the user feels of a call. */
export interface CallMetrics {
  /** An event at `at`, in milliseconds since 1970. */
  happened(event: VoiceEvent, at: Millis): void;
  /** Nothing more comes. */
  end(at: Millis): void;
}

export const callMetrics = ({ instruments, conventions, speechEndMs, facts }: CallMetricsConfig): CallMetrics => {
  const { record, count } = instruments;
  const session = sessionMetrics(instruments);
  let latency: TurnLatency = initialTurnLatency(speechEndMs);
  /** When the user ended whose end is yet to be acted upon, and to be written down. */
  let undecidedSince: Millis | undefined;
  let unwrittenSince: Millis | undefined;
  let chunk: { readonly responseId: string; readonly at: Millis } | undefined;

  const generating = () => ({
    [attribute.operation]: conventions.generate,
    ...modelOf(facts()),
  });
  const felt = (event: VoiceEvent, at: Millis): void => {
    const before = latency;
    latency = turnLatency(before, event, at);
    if (latency === before) return;
    const measure = (
      window: 'firstAudioMs' | 'endOfSpeechToSoundMs' | 'bargeInToSilenceMs',
      write: (seconds: number) => void,
    ) => {
      const ms = latency[window].at(-1);
      if (latency[window] !== before[window] && ms !== undefined) write(ms / 1000);
    };
    measure('firstAudioMs', (seconds) => record('gen_ai.client.operation.time_to_first_chunk', seconds, generating()));
    measure('endOfSpeechToSoundMs', (seconds) => record('voice.turn.e2e_latency', seconds));
    measure('bargeInToSilenceMs', (seconds) => record('voice.interruption.stop_latency', seconds));
    if (before.isSpeaking !== latency.isSpeaking) undecidedSince = latency.endedAt;
    if (before.isSpeaking && !latency.isSpeaking) unwrittenSince = latency.endedAt;
  };
  const cadence = (responseId: string, at: Millis): void => {
    if (chunk?.responseId === responseId) {
      record('gen_ai.client.operation.time_per_output_chunk', (at - chunk.at) / 1000, generating());
    }
    chunk = { responseId, at };
  };

  return {
    happened(event, at) {
      felt(event, at);
      session.happened(event, at);
      switch (event.type) {
        case 'response.output_audio.delta':
        case 'response.output_text.delta':
          cadence(event.response_id, at);
          return;
        case 'turn.ended':
        case 'input_audio_buffer.committed':
          if (undecidedSince !== undefined) record('voice.turn.end_of_turn_delay', (at - undecidedSince) / 1000);
          undecidedSince = undefined;
          return;
        case 'conversation.item.input_audio_transcription.completed':
          if (unwrittenSince !== undefined) record('voice.turn.transcription_delay', (at - unwrittenSince) / 1000);
          unwrittenSince = undefined;
          return;
        case 'speech.dismissed':
        case 'turn.abandoned':
          undecidedSince = unwrittenSince = undefined;
          return;
        case 'turn.interrupted':
          count('voice.interruptions', 1, { [attribute.reason]: latency.isSpeaking ? 'speech' : 'application' });
          return;
        default:
          return;
      }
    },
    end: (at) => session.end(at),
  };
};
