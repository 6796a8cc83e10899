import * as t from 'io-ts';
import { list, nullable, nullables, open, record } from './shape.js';
import { EchoedTool, Tool, ToolChoice } from './tool.js';

/** How audio is written on the wire: PCM16 little endian at `rate`, or G.711 at 8 kHz. */
export const WireAudioFormat = record(
  {},
  {
    type: open('audio/pcm', 'audio/pcmu', 'audio/pcma'),
    /** Samples per second; OpenAI knows 24000 only. */
    rate: t.number,
  },
);
export type WireAudioFormat = t.TypeOf<typeof WireAudioFormat>;

/** How the service transcribes the user. */
export const Transcription = record(
  {},
  {
    model: open(
      'whisper-1',
      'gpt-transcribe',
      'gpt-live-transcribe',
      'gpt-4o-transcribe',
      'gpt-4o-mini-transcribe',
      'gpt-realtime-whisper',
    ),
    language: nullable(t.string),
    languages: nullable(list(t.string)),
    prompt: nullable(t.string),
    keywords: nullable(list(t.string)),
    delay: nullable(open('minimal', 'low', 'medium', 'high', 'xhigh')),
  },
);
export type Transcription = t.TypeOf<typeof Transcription>;

/** Noise reduction at the service. */
export const NoiseReduction = record({}, { type: nullable(open('near_field', 'far_field')), strength: nullable(t.number) });
export type NoiseReduction = t.TypeOf<typeof NoiseReduction>;

/** How the service finds the end of a turn. xAI starts with `{ type: null }`, which means not at all. */
export const TurnDetection = record(
  { type: nullable(open('server_vad', 'semantic_vad')) },
  {
    create_response: nullable(t.boolean),
    interrupt_response: nullable(t.boolean),
    /** Milliseconds. */
    idle_timeout_ms: nullable(t.number),
    /** Audio kept from before the speech, in milliseconds. */
    prefix_padding_ms: nullable(t.number),
    /** Silence that ends a turn, in milliseconds. */
    silence_duration_ms: nullable(t.number),
    /** 0 to 1. */
    threshold: nullable(t.number),
    /** `semantic_vad` only. */
    eagerness: nullable(open('low', 'medium', 'high', 'auto')),
  },
);
export type TurnDetection = t.TypeOf<typeof TurnDetection>;

/** A voice by name, of one's own by id, or as Voice Live names it. */
export const Voice = t.union([
  open('alloy', 'ash', 'ballad', 'coral', 'echo', 'sage', 'shimmer', 'verse', 'marin', 'cedar'),
  record({}, { id: t.string, name: t.string, type: t.string }),
]);
export type Voice = t.TypeOf<typeof Voice>;

/** What the service says, and how. */
export const AudioOutput = record(
  {},
  {
    format: nullable(WireAudioFormat),
    voice: nullable(Voice),
    /** 1 is the voice's own pace. */
    speed: nullable(t.number),
    /** Translation sessions: the language to translate into. */
    language: nullable(t.string),
  },
);
export type AudioOutput = t.TypeOf<typeof AudioOutput>;

/** Both directions of the audio. */
export const AudioConfig = record(
  {},
  {
    input: nullable(
      record(
        {},
        {
          format: nullable(WireAudioFormat),
          noise_reduction: nullable(NoiseReduction),
          transcription: nullable(Transcription),
          turn_detection: nullable(TurnDetection),
        },
      ),
    ),
    output: nullable(AudioOutput),
  },
);
export type AudioConfig = t.TypeOf<typeof AudioConfig>;

/** A stored prompt. OpenAI shuts these down on 2026-11-30. */
export const Prompt = record({ id: t.string }, { variables: nullable(t.UnknownRecord), version: nullable(t.string) });
export type Prompt = t.TypeOf<typeof Prompt>;

/** How much the model thinks before it answers. */
export const Reasoning = record({}, { effort: nullable(open('minimal', 'low', 'medium', 'high', 'xhigh')) });
export type Reasoning = t.TypeOf<typeof Reasoning>;

/** A number of tokens, or no limit. */
export const MaxTokens = t.union([t.number, t.literal('inf')]);
export type MaxTokens = t.TypeOf<typeof MaxTokens>;

/** Text or speech. */
export const Modality = open('text', 'audio');
export type Modality = t.TypeOf<typeof Modality>;

/** Settings that beta peers keep flat: Voice Live all of them, xAI some. */
const flat = {
  modalities: list(Modality),
  voice: Voice,
  input_audio_format: t.string,
  output_audio_format: t.string,
  input_audio_sampling_rate: t.number,
  input_audio_transcription: nullable(Transcription),
  input_audio_noise_reduction: nullable(NoiseReduction),
  turn_detection: nullable(TurnDetection),
  max_response_output_tokens: MaxTokens,
  temperature: t.number,
};

const settings = {
  /** OpenAI demands it in every `session.update`; translation sessions, xAI and Voice Live have none. */
  type: open('realtime', 'transcription', 'translation'),
  audio: AudioConfig,
  include: nullable(list(open('item.input_audio_transcription.logprobs'))),
  /** `''` clears them. */
  instructions: t.string,
  max_output_tokens: MaxTokens,
  model: t.string,
  /** One of them at OpenAI. */
  output_modalities: list(Modality),
  parallel_tool_calls: t.boolean,
  prompt: nullable(Prompt),
  reasoning: nullable(Reasoning),
  tool_choice: ToolChoice,
  /** `auto`, or a workflow's name and metadata; null turns it off. */
  tracing: nullable(t.union([t.string, record({}, { group_id: t.string, workflow_name: t.string, metadata: t.unknown })])),
  truncation: t.union([
    open('auto', 'disabled'),
    record(
      { type: open('retention_ratio') },
      { retention_ratio: t.number, token_limits: nullable(record({}, { post_instructions: t.number })) },
    ),
  ]),
};

/** What a `session.update` carries: the settings that change. Null turns one off. */
export const SessionPatch = record(
  {},
  {
    ...settings,
    /** `[]` clears them. */
    tools: list(Tool),
  },
);
export type SessionPatch = t.TypeOf<typeof SessionPatch>;

/** The session as the service says it is: realtime, transcription or translation. */
export const Session = record(
  {},
  {
    ...nullables(settings),
    ...nullables(flat),
    tools: nullable(list(EchoedTool)),
    id: t.string,
    object: t.string,
    /** Unix time in seconds. */
    expires_at: nullable(t.number),
  },
);
export type Session = t.TypeOf<typeof Session>;
