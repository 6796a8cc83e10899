import type { EngineError } from '../errors.js';
import type { Emitter } from './emitter.js';

/** What happened to a response, in short. */
export interface ResponseSummary {
  readonly responseId: string;
  /** `completed`, `cancelled`, `incomplete` or `failed`. */
  readonly status: string;
}

/** Functions of the application that are called when something happens; events tell the same, and more. */
export interface EngineCallbacks {
  /** Audio of the assistant as it is received, PCM16, little endian. */
  readonly onAudioResponse?: (pcm: Uint8Array) => unknown;
  /** All words of a response of which something was said or written, when they have all come. */
  readonly onTextResponse?: (text: string) => unknown;
  /** The user began to speak. */
  readonly onSpeechDetected?: () => unknown;
  /** A response has ended, however it has. */
  readonly onResponseDone?: (summary: ResponseSummary) => unknown;
  /** The conversation has moved to another lane. */
  readonly onLaneSwitch?: (from: string, to: string, reason: string) => unknown;
  /** Something went wrong; `engine.error` says whether the conversation goes on. */
  readonly onError?: (error: EngineError) => unknown;
}

/** Calls them when what they are about is told. */
export const addCallbacks = (
  { on }: Emitter,
  { onAudioResponse, onTextResponse, onSpeechDetected, onResponseDone, onLaneSwitch, onError }: EngineCallbacks,
): void => {
  if (onAudioResponse) on('audio.output_chunk', ({ audioData }) => onAudioResponse(audioData));
  if (onTextResponse) {
    // By response: one beside the conversation comes between the words of another.
    const words = new Map<string, readonly string[]>();
    const taken = (responseId: string): readonly string[] => {
      const said = words.get(responseId) ?? [];
      words.delete(responseId);
      return said;
    };
    on('text.output', ({ text, isPartial, responseId }) => {
      if (!isPartial) words.set(responseId, [...(words.get(responseId) ?? []), text]);
    });
    on('turn.response_cancelled', ({ responseId }) => void taken(responseId));
    on('turn.response_completed', ({ responseId }) => {
      const said = taken(responseId);
      return said.length > 0 ? onTextResponse(said.join(' ')) : undefined;
    });
  }
  if (onSpeechDetected) {
    let isSpeaking = false;
    const begun = (): unknown => {
      if (isSpeaking) return undefined;
      isSpeaking = true;
      return onSpeechDetected();
    };
    const ended = (): void => {
      isSpeaking = false;
    };
    on('speech.started', begun);
    on('input_audio_buffer.speech_started', begun);
    on('speech.stopped', ended);
    on('input_audio_buffer.committed', ended);
    on('turn.conversation_ended', ended);
  }
  if (onResponseDone) {
    const done = ({ responseId, status }: ResponseSummary): unknown => onResponseDone({ responseId, status });
    on('turn.response_completed', done);
    on('turn.response_cancelled', done);
  }
  if (onLaneSwitch) on('lane.switched', ({ from, to, reason }) => onLaneSwitch(from, to, reason));
  if (onError) on('engine.error', ({ error }) => onError(error));
};
