import type { Millis } from '../audio.js';
import { bytesToBase64 } from '../wire/base64.js';
import type { Item } from '../wire/item.js';
import type { ServerEvent } from '../wire/server-event.js';
import { type AnswerEnd, type TransportAnswer, transportAnswer } from './transport-answer.js';
import type { TransportEvent } from './transport-event.js';

/** The events of a transport in the GA vocabulary, with the ids that it wants. */
export interface TransportTranslator {
  /** What an event says; an event that it does not know goes on as it is. */
  said(event: TransportEvent): readonly (ServerEvent | TransportEvent)[];
  /** The user's turn ends, as the client says. */
  committed(): readonly ServerEvent[];
  /** Something is said that the service answers. */
  owes(): void;
  /** It was not taken: an empty answer, where one was asked for meanwhile and nothing else is owed. */
  refused(): readonly ServerEvent[];
  /** An answer is asked for: an empty one, where the service has answered already. */
  asked(): readonly ServerEvent[];
  /** The answer that is open ends. */
  ended(end: AnswerEnd): readonly ServerEvent[];
}

export interface TransportTranslatorConfig {
  newId(prefix: string): string;
  readonly conversationId: string;
  /** How much audio of the user was sent by now. */
  heardMs(): Millis;
}

const event_id = '';

export const transportTranslator = ({ newId, conversationId, heardMs }: TransportTranslatorConfig): TransportTranslator => {
  let answer: TransportAnswer | undefined;
  /** How much was said that no answer has begun to. */
  let owed = 0;
  /** An answer to it was asked for. */
  let isAsked = false;
  let isSpeaking = false;
  /** The item of what the user says or said last, until its words are final. */
  let turn: { readonly id: string; isAdded: boolean; isCommitted: boolean; isEnded: boolean } | undefined;

  const answering = (add: (answer: TransportAnswer) => readonly ServerEvent[]): readonly ServerEvent[] => {
    const begun = answer ? [] : begin();
    return answer ? [...begun, ...add(answer)] : begun;
  };
  const begin = (): readonly ServerEvent[] => {
    owed = 0;
    isAsked = false;
    answer = transportAnswer(newId, conversationId);
    return answer.begin();
  };
  const ended = (end: AnswerEnd): readonly ServerEvent[] => {
    const open = answer;
    answer = undefined;
    return open?.end(end) ?? [];
  };
  const empty = (): readonly ServerEvent[] => [...begin(), ...ended({ status: 'completed' })];
  const turnNow = () => (turn ??= { id: newId('item'), isAdded: false, isCommitted: false, isEnded: false });
  const added = (): readonly ServerEvent[] => {
    const now = turnNow();
    if (now.isAdded) return [];
    now.isAdded = true;
    const item: Item = {
      id: now.id,
      type: 'message',
      role: 'user',
      status: 'completed',
      content: [{ type: 'input_audio', transcript: null }],
    };
    return [
      { type: 'conversation.item.added', event_id, item: { ...item, status: 'in_progress' } },
      { type: 'conversation.item.done', event_id, item },
    ];
  };
  const committed = (): readonly ServerEvent[] => {
    const now = turnNow();
    const isTold = now.isCommitted;
    now.isCommitted = true;
    owed += 1;
    return [...(isTold ? [] : [{ type: 'input_audio_buffer.committed' as const, event_id, item_id: now.id }]), ...added()];
  };
  const started = (): readonly ServerEvent[] => {
    if (isSpeaking) return [];
    isSpeaking = true;
    turn = undefined;
    return [{ type: 'input_audio_buffer.speech_started', event_id, audio_start_ms: heardMs(), item_id: turnNow().id }];
  };
  const stopped = (): readonly ServerEvent[] => {
    if (!isSpeaking) return [];
    isSpeaking = false;
    const stop = { event_id, audio_end_ms: heardMs(), item_id: turnNow().id };
    return [{ type: 'input_audio_buffer.speech_stopped', ...stop }, ...committed()];
  };
  const understood = (transcript: string, isFinal: boolean): readonly ServerEvent[] => {
    const before = isSpeaking ? [] : added();
    const about = { event_id, item_id: turnNow().id, content_index: 0, transcript };
    if (!isFinal) return [...before, { type: 'conversation.item.input_audio_transcription.updated', ...about }];
    if (!isSpeaking) turn = undefined;
    return [...before, { type: 'conversation.item.input_audio_transcription.completed', ...about }];
  };
  /** Speech is what makes a loudspeaker stop; a service that tells none has heard it all the same. */
  const interrupted = (): readonly ServerEvent[] => {
    const isTold = isSpeaking;
    const start = started();
    return [...start, ...ended({ status: 'cancelled', reason: 'turn_detected' }), ...(isTold ? [] : stopped())];
  };

  return {
    committed() {
      // What the client ends after that is another turn, though nobody has told the words of this one.
      if (turn?.isEnded) turn = undefined;
      turnNow().isEnded = true;
      return committed();
    },
    owes() {
      owed += 1;
    },
    refused() {
      owed = Math.max(0, owed - 1);
      return isAsked && owed === 0 ? empty() : [];
    },
    asked() {
      if (answer) return [];
      isAsked = owed > 0;
      return isAsked ? [] : empty();
    },
    ended,
    said(event) {
      switch (event.type) {
        case 'audio': {
          // First, for it throws where there is none: no answer may begin then.
          const delta = bytesToBase64(bytesOf(event.pcm));
          return answering((open) => open.audio(delta));
        }
        case 'text': {
          const words = answering((open) => open.text(event.text));
          return event.isFinal && !answer?.hasAudio ? [...words, ...ended({ status: 'completed' })] : words;
        }
        case 'transcript':
          if (event.role === 'assistant') return answering((open) => open.words(event.text));
          return understood(event.text, event.isFinal ?? true);
        case 'speech_started':
          return started();
        case 'speech_stopped':
          return stopped();
        case 'interrupted':
          return interrupted();
        case 'response_started':
          return [...ended({ status: 'completed' }), ...begin()];
        case 'response_done':
          return ended({ status: event.status ?? 'completed', usage: event.usage });
        case 'tool_call': {
          const { name, callId = newId('call') } = event;
          const args = typeof event.arguments === 'string' ? event.arguments : JSON.stringify(event.arguments);
          return answering((open) => open.call(name, args, callId));
        }
        case 'error':
          return 'error' in event ? [event] : [problem(event.message, event.code)];
        default:
          return [event];
      }
    },
  };
};

/** What went wrong, as the service would say it. */
export const problem = (message: string, code = 'transport_error', about?: string): ServerEvent => ({
  type: 'error',
  event_id,
  error: { type: 'server_error', code, message, event_id: about ?? null },
});

const bytesOf = ({ buffer, byteOffset, byteLength }: Uint8Array | Int16Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
