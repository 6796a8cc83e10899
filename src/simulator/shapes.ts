/** The objects of the protocol in the exact form in which the service sends them: every field, in its order. */

export type AudioFormat = { readonly type: 'audio/pcm'; readonly rate: 24000 } | { readonly type: 'audio/pcmu' | 'audio/pcma' };

export interface ServerVad {
  readonly type: 'server_vad';
  readonly threshold: number;
  readonly prefix_padding_ms: number;
  readonly silence_duration_ms: number;
  readonly idle_timeout_ms?: number | null;
  readonly create_response?: boolean;
  readonly interrupt_response?: boolean;
}
export interface SemanticVad {
  readonly type: 'semantic_vad';
  readonly eagerness: 'low' | 'medium' | 'high' | 'auto';
  readonly create_response?: boolean;
  readonly interrupt_response?: boolean;
}
export type TurnDetection = ServerVad | SemanticVad;

export interface Transcription {
  readonly model?: string;
  readonly language: string | null;
  readonly prompt: string | null;
}

/** A function or MCP server as a session declares it. */
export interface Tool {
  readonly type: string;
  readonly name?: string;
  readonly description?: string;
  readonly parameters?: unknown;
}

export interface InputAudio {
  readonly format: AudioFormat;
  readonly transcription: Transcription | null;
  readonly noise_reduction: { readonly type?: string } | null;
  readonly turn_detection: TurnDetection | null;
}
export interface OutputAudio {
  readonly format: AudioFormat;
  readonly voice: string | { readonly id: string };
  readonly speed?: number;
}

export interface RealtimeSession {
  readonly type: 'realtime';
  readonly object: 'realtime.session';
  readonly id: string;
  readonly model: string;
  readonly output_modalities: readonly ('audio' | 'text')[];
  readonly instructions: string;
  readonly tools: readonly Tool[];
  readonly tool_choice: string | { readonly type: string; readonly name?: string };
  readonly max_output_tokens: number | 'inf';
  readonly tracing: unknown;
  readonly truncation: unknown;
  readonly prompt: unknown;
  /** Seconds since 1970. */
  readonly expires_at: number;
  readonly audio: { readonly input: InputAudio; readonly output: OutputAudio };
  readonly include: readonly string[] | null;
  /** Told once it was set. */
  readonly reasoning?: unknown;
  /** Told once it was set. */
  readonly parallel_tool_calls?: boolean;
}

export interface TranscriptionSession {
  readonly type: 'transcription';
  readonly object: 'realtime.transcription_session';
  readonly id: string;
  readonly expires_at: number;
  readonly audio: { readonly input: InputAudio };
  readonly include: readonly string[] | null;
}

export type Session = RealtimeSession | TranscriptionSession;

export interface Content {
  readonly type: string;
  readonly text?: string;
  readonly transcript?: string | null;
  readonly detail?: string;
}

export type ItemStatus = 'completed' | 'incomplete' | 'in_progress';

export interface MessageItem {
  readonly id: string;
  readonly type: 'message';
  readonly status: ItemStatus;
  readonly role: 'user' | 'assistant' | 'system';
  readonly phase?: 'commentary' | 'final_answer';
  readonly content: readonly Content[];
}
export interface CallItem {
  readonly id: string;
  readonly type: 'function_call';
  readonly status: ItemStatus;
  readonly name: string;
  readonly call_id: string;
  readonly arguments: string;
}
export interface CallOutputItem {
  readonly id: string;
  readonly type: 'function_call_output';
  readonly call_id: string;
  readonly output: string;
}
export type Item = MessageItem | CallItem | CallOutputItem;

export interface Usage {
  readonly total_tokens: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly input_token_details: {
    readonly text_tokens: number;
    readonly audio_tokens: number;
    readonly image_tokens: number;
    readonly cached_tokens: number;
    readonly cached_tokens_details: {
      readonly text_tokens: number;
      readonly audio_tokens: number;
      readonly image_tokens: number;
    };
  };
  readonly output_token_details: {
    readonly text_tokens: number;
    readonly audio_tokens: number;
    readonly reasoning_tokens?: number;
  };
}

export interface StatusDetails {
  readonly type: 'cancelled' | 'incomplete' | 'failed';
  readonly reason?: 'turn_detected' | 'client_cancelled' | 'max_output_tokens' | 'content_filter';
  readonly error?: { readonly type: string; readonly code: string; readonly message?: string };
}

export interface ResponseObject {
  readonly object: 'realtime.response';
  readonly id: string;
  readonly status: 'in_progress' | 'completed' | 'cancelled' | 'incomplete' | 'failed';
  readonly status_details: StatusDetails | null;
  readonly output: readonly Item[];
  readonly conversation_id: string | null;
  readonly output_modalities: readonly ('audio' | 'text')[];
  readonly max_output_tokens: number | 'inf';
  readonly audio: { readonly output: { readonly format: AudioFormat; readonly voice: OutputAudio['voice'] } };
  readonly usage: Usage | null;
  readonly metadata: Readonly<Record<string, string>> | null;
}

interface OfOutput {
  readonly response_id: string;
  readonly item_id: string;
  readonly output_index: number;
}
interface OfPart extends OfOutput {
  readonly content_index: number;
}
type Part = { readonly type: 'audio'; readonly transcript: string } | { readonly type: 'text'; readonly text: string };

/** What a response says between `response.created` and `response.done`. */
export type OutputEvent =
  | {
      readonly type: 'response.output_item.added' | 'response.output_item.done';
      readonly response_id: string;
      readonly output_index: number;
      readonly item: Item;
    }
  | ({ readonly type: 'response.content_part.added' | 'response.content_part.done'; readonly part: Part } & OfPart)
  | ({
      readonly type: 'response.output_audio_transcript.delta' | 'response.output_text.delta';
      readonly delta: string;
      readonly obfuscation: string;
    } & OfPart)
  | ({ readonly type: 'response.output_audio.delta'; readonly delta: string } & OfPart)
  | ({ readonly type: 'response.output_audio.done' } & OfPart)
  | ({ readonly type: 'response.output_audio_transcript.done'; readonly transcript: string } & OfPart)
  | ({ readonly type: 'response.output_text.done'; readonly text: string } & OfPart)
  | ({
      readonly type: 'response.function_call_arguments.delta';
      readonly call_id: string;
      readonly delta: string;
      readonly obfuscation: string;
    } & OfOutput)
  | ({
      readonly type: 'response.function_call_arguments.done';
      readonly call_id: string;
      readonly name: string;
      readonly arguments: string;
    } & OfOutput);

/** Everything that the simulator sends, but for the `event_id`, which is given at the door. */
export type Outgoing =
  | OutputEvent
  | { readonly type: 'session.created' | 'session.updated'; readonly session: Session }
  | {
      readonly type: 'conversation.item.added' | 'conversation.item.done';
      readonly previous_item_id: string | null;
      readonly item: Item;
    }
  | { readonly type: 'conversation.item.deleted'; readonly item_id: string }
  | { readonly type: 'conversation.item.retrieved'; readonly item: Item }
  | {
      readonly type: 'conversation.item.truncated';
      readonly item_id: string;
      readonly content_index: number;
      readonly audio_end_ms: number;
    }
  | {
      readonly type: 'conversation.item.input_audio_transcription.delta';
      readonly item_id: string;
      readonly content_index: number;
      readonly delta: string;
      readonly obfuscation: string;
    }
  | {
      readonly type: 'conversation.item.input_audio_transcription.completed';
      readonly item_id: string;
      readonly content_index: number;
      readonly transcript: string;
      readonly usage: unknown;
    }
  | {
      readonly type: 'conversation.item.input_audio_transcription.failed';
      readonly item_id: string;
      readonly content_index: number;
      readonly error: { readonly type: string; readonly code: string; readonly message: string; readonly param: null };
    }
  | { readonly type: 'input_audio_buffer.cleared' }
  | { readonly type: 'input_audio_buffer.committed'; readonly previous_item_id: string | null; readonly item_id: string }
  | { readonly type: 'input_audio_buffer.speech_started'; readonly audio_start_ms: number; readonly item_id: string }
  | { readonly type: 'input_audio_buffer.speech_stopped'; readonly audio_end_ms: number; readonly item_id: string }
  | {
      readonly type: 'input_audio_buffer.timeout_triggered';
      readonly audio_start_ms: number;
      readonly audio_end_ms: number;
      readonly item_id: string;
    }
  | { readonly type: 'response.created' | 'response.done'; readonly response: ResponseObject }
  | { readonly type: 'rate_limits.updated'; readonly rate_limits: readonly RateLimit[] }
  | {
      readonly type: 'error';
      readonly error: {
        readonly type: string;
        readonly code: string | null;
        readonly message: string;
        readonly param: string | null;
        readonly event_id: string | null;
      };
    };

export interface RateLimit {
  readonly name: 'tokens' | 'requests';
  readonly limit: number;
  readonly remaining: number;
  readonly reset_seconds: number;
}
