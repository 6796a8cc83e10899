import type { ObservableInput } from 'rxjs';
import type { Hertz, Millis } from '../audio.js';
import type { VoiceModel } from '../dsp/model-vad.js';
import { ConfigError } from '../errors.js';
import type { VoiceEvent } from '../events.js';
import type { LaneAnalyzer } from '../lane-analyzer.js';
import type { LaneContext } from '../lane-rules.js';
import type { ReconnectConfig } from '../providers/keep-connected.js';
import type { Provider } from '../providers/provider.js';
import type { Tool } from '../tool.js';
import { misfitsOf } from '../wire/check-fields.js';
import { configFields, ruleMisfits } from './config-fields.js';
import type { EngineCallbacks } from './engine-callbacks.js';
import type { EngineMode } from './engine-mode.js';
import type { OnFunctionCall } from './engine-tools.js';
import { type LatencyMode, latencyModes } from './latency-mode.js';
import type { Logger, LogLevel } from './logger.js';
import type { Prices } from './prices.js';
import type { SessionConfig } from './session-config.js';

/** Providers that are known by name. */
export type ProviderName = 'openai' | 'azure' | 'simulator';

/** What may lead a conversation to the big lane by itself. */
export interface SwitchTriggers {
  /**
   * The model calls a function, or the user speaks of what a tool is about.
   * @default true
   */
  readonly functionCalls?: boolean;
  /**
   * The user wants something written down.
   * @default true
   */
  readonly transcription?: boolean;
  /**
   * The user speaks of noise or echo.
   * @default true
   */
  readonly audioProcessing?: boolean;
  /**
   * The user shows a picture.
   * @default true
   */
  readonly multimodal?: boolean;
  /**
   * The user says one of these words or phrases.
   * @default []
   */
  readonly keywords?: readonly string[];
  /**
   * Whatever the application knows to be a reason; asked at each event.
   * @default none
   */
  readonly business?: (event: VoiceEvent, context: LaneContext) => boolean;
}

/** What may be said of a `VoiceEngine`; all of it may be left out. Times are milliseconds. */
export interface VoiceEngineConfig extends EngineCallbacks {
  /** The model calls a function; what is returned is its output, undefined leaves it to the registered tools. */
  readonly onFunctionCall?: OnFunctionCall;
  /**
   * A key, or a function that is asked for one at each attempt to connect.
   * @default OPENAI_API_KEY, where the platform has an environment
   */
  readonly apiKey?: string | (() => ObservableInput<string>) | undefined;
  /**
   * Whom to talk with; the address of those that have none of their own stands in `metadata.endpoint`.
   * @default 'openai'
   */
  readonly provider?: ProviderName | Provider;
  /**
   * Whether to talk with the first of `providers` that works.
   * @default false
   */
  readonly enableMultiProvider?: boolean;
  /** @default [] */
  readonly providers?: readonly Provider[];
  /**
   * Which lanes there are.
   * @default 'dynamic' when a tool, a trigger or an analyzer is given, else 'fast'
   */
  readonly mode?: EngineMode;
  /** `mode` by another name. */
  readonly strategyMode?: EngineMode;
  /** @default 'gpt-realtime-2.1' */
  readonly model?: string;
  /**
   * OpenAI's, Azure's and the simulator's are alloy, ash, ballad, coral, echo, sage, shimmer, verse, marin and cedar, and `voice_…` for your own; others
   * are refused, for they would cost all settings of the session.
   * @default 'alloy'; with a `Provider` of your own, its own
   */
  readonly voice?: string;
  /**
   * What the user speaks and is answered in, as ISO 639-1 (`es`).
   * @default what the model hears
   */
  readonly language?: string;
  /**
   * Makes an interpreter of the assistant, from one language (any, if it is left out) to another, as ISO 639-1.
   * @default none
   */
  readonly translate?: { readonly from?: string; readonly to: string };
  /** @default the model's own */
  readonly instructions?: string;
  /**
   * Id or name of the microphone.
   * @default the system's
   */
  readonly inputDevice?: string;
  /**
   * Id or name of the loudspeaker.
   * @default the system's
   */
  readonly outputDevice?: string;
  /**
   * Of `sendAudio`, and of audio in events; 8000 to 192000 Hz. It is converted to what the provider takes.
   * @default 24000
   */
  readonly sampleRate?: Hertz;
  /**
   * How much audio is sent at a time, 10 to 200. Times of the VAD do not depend on it.
   * @default 20; 10 with `latencyMode: 'ultra_low'`
   */
  readonly chunkDurationMs?: Millis;
  /**
   * Whether anybody listens for the end of a turn; else it ends by `commit()`, `sendRecordedAudio()` or push-to-talk.
   * @default true, unless `session.turnDetection` is null
   */
  readonly vadEnabled?: boolean;
  /**
   * Who does: the client, the service by level (`server`) or by meaning (`semantic`).
   * @default as `session.turnDetection` says, else 'client'
   */
  readonly vadType?: 'client' | 'server' | 'semantic';
  /**
   * The lowest level (RMS, 0 to 1) that can be speech; with a `vadModel`, or `vadType: 'server'`, the lowest probability, which is another number.
   * @default 0.02; 0.5 with a `vadModel`, or `vadType: 'server'`
   */
  readonly vadThreshold?: number;
  /**
   * What tells speech here, in place of its level: `await silero()` of `rxvox/audio`, or a function that says how likely a frame is speech. One that
   * throws, or gives no number, is told by `engine.error` (`threw`), and the level tells speech from then on.
   * @default the level
   */
  readonly vadModel?: VoiceModel;
  /**
   * Whether noise may raise the threshold; it never lowers it.
   * @default true
   */
  readonly vadAdaptive?: boolean;
  /** @default 100 */
  readonly vadSpeechStartMs?: Millis;
  /** @default 500 */
  readonly vadSpeechEndMs?: Millis;
  /**
   * Audio from before the speech that is sent with it.
   * @default 300
   */
  readonly preRollMs?: Millis;
  /**
   * See `latencyModes`.
   * @default 'balanced'
   */
  readonly latencyMode?: LatencyMode;
  /**
   * Whether what the loudspeaker plays is taken out of what the microphone hears, so that the assistant does not interrupt itself, and whoever talks over it
   * does. For a loudspeaker that says what it is given, as `speaker()` of `rxvox/node`; others change nothing. The user's voice comes 2.7 ms later at 24 kHz.
   * @default whether `latencyMode` is 'quality'
   */
  readonly echoCancellation?: boolean;
  /**
   * Whether the user's words are written down; with lanes they are in any case, for rules go by them.
   * @default false
   */
  readonly enableTranscription?: boolean;
  /**
   * Whether the model may call functions.
   * @default whether there are any
   */
  readonly enableFunctions?: boolean;
  /**
   * What the model may call.
   * @default []
   */
  readonly tools?: readonly Tool[];
  readonly switchTriggers?: SwitchTriggers;
  /**
   * Says which lane the user's words belong to, in place of the rules about words.
   * @default none
   */
  readonly switchAnalyzer?: LaneAnalyzer;
  /**
   * Work that takes less is not worth a switch; how long a tool works is learned from its calls.
   * @default 100
   */
  readonly switchThresholdMs?: Millis;
  /**
   * Least time between two switches.
   * @default 500
   */
  readonly switchCooldownMs?: Millis;
  /**
   * How long the big lane may last without a reason for it.
   * @default 5000
   */
  readonly bigLaneTimeoutMs?: Millis;
  /**
   * What then becomes of tools that still run.
   * @default 'background'
   */
  readonly onBigLaneTimeout?: 'background' | 'abort';
  /**
   * Whether to act on words that may still go on.
   * @default true
   */
  readonly predictiveSwitching?: boolean;
  /**
   * How sure a rule must be of them, 0 to 1.
   * @default 0.7
   */
  readonly predictionConfidence?: number;
  /**
   * Whether to go back to the fast lane as soon as nothing needs the big one.
   * @default true
   */
  readonly preferFastLane?: boolean;
  /**
   * What the log leaves out: all below this level. In any case: `INFO` is `info`.
   * @default 'info'
   */
  readonly logLevel?: LogLevel | Uppercase<LogLevel>;
  /**
   * Where the log goes: `console`, a logger of pino.
   * @default nowhere
   */
  readonly logger?: Logger;
  /** @default false */
  readonly saveAudio?: boolean;
  /** @default './recordings' */
  readonly audioSavePath?: string;
  /**
   * The conversation ends at the end of a turn when it has cost so much, in US dollars; above 0. What has no price in `prices` counts as
   * nothing, and `usage.budget_unpriced` says so, once of each model.
   * @default no limit
   */
  readonly budgetUsd?: number;
  /**
   * What things cost, in place of the list prices.
   * @default prices
   */
  readonly prices?: Prices;
  /**
   * For the provider (`endpoint`) and for `SwitchContext.user`, as it is. It is not sent as the metadata of responses.
   * @default {}
   */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /**
   * How hard to try to connect, and to connect again after a loss; or not to try again at all.
   * @default three attempts at first, ten after a loss, within a minute
   */
  readonly reconnect?: ReconnectConfig | false;
  /**
   * Further settings of the session, for example of `SessionPresets`; those above go before them.
   * @default {}
   */
  readonly session?: SessionConfig;
}

type Optional =
  | keyof EngineCallbacks
  | 'onFunctionCall'
  | 'apiKey'
  | 'mode'
  | 'language'
  | 'translate'
  | 'instructions'
  | 'inputDevice'
  | 'outputDevice'
  | 'switchAnalyzer'
  | 'logger'
  | 'budgetUsd'
  | 'prices'
  | 'reconnect'
  | 'vadModel';

/** The same with all defaults filled in. */
export interface EngineSettings
  extends Pick<VoiceEngineConfig, Optional>,
    Required<Omit<VoiceEngineConfig, Optional | 'strategyMode' | 'switchTriggers' | 'voice' | 'logLevel'>> {
  readonly voice?: NonNullable<SessionConfig['voice']>;
  readonly logLevel: LogLevel;
  readonly switchTriggers: Required<Omit<SwitchTriggers, 'business'>> & Pick<SwitchTriggers, 'business'>;
  /** Whether a trigger was given. */
  readonly isTriggered: boolean;
}

const defaults = {
  provider: 'openai',
  enableMultiProvider: false,
  providers: [],
  model: 'gpt-realtime-2.1',
  sampleRate: 24_000,
  vadAdaptive: true,
  vadSpeechStartMs: 100,
  vadSpeechEndMs: 500,
  preRollMs: 300,
  latencyMode: 'balanced',
  enableTranscription: false,
  tools: [],
  switchThresholdMs: 100,
  switchCooldownMs: 500,
  bigLaneTimeoutMs: 5000,
  onBigLaneTimeout: 'background',
  predictiveSwitching: true,
  predictionConfidence: 0.7,
  preferFastLane: true,
  saveAudio: false,
  audioSavePath: './recordings',
  metadata: {},
  session: {},
} as const satisfies Partial<VoiceEngineConfig>;

const defaultTriggers = { functionCalls: true, transcription: true, audioProcessing: true, multimodal: true, keywords: [] };

/**
 * Reads what the user has written, and fills in what was left out.
 *
 * @throws ConfigError `invalid_config`, which names all fields that are wrong or unknown, a line each; keys are never quoted.
 */
export const engineSettings = (config: unknown): EngineSettings => {
  if (typeof config !== 'object' || config === null) throw invalid(['must be an object']);
  const misfits = misfitsOf(configFields, config);
  const rest = misfits.length > 0 ? [] : ruleMisfits(config);
  if (misfits.length + rest.length > 0) throw invalid([...misfits, ...rest]);
  // The fields were just looked at, one by one.
  return settingsOf(withoutUndefined(config) as VoiceEngineConfig);
};

const invalid = (misfits: readonly string[]): ConfigError =>
  new ConfigError(`VoiceEngineConfig: ${misfits.join('\n')}`, { code: 'invalid_config' });

const withoutUndefined = (config: object): object =>
  Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));

const settingsOf = ({ strategyMode, switchTriggers, voice: ownVoice, ...config }: VoiceEngineConfig): EngineSettings => {
  const { session = {}, latencyMode = defaults.latencyMode, mode = strategyMode, provider = 'openai' } = config;
  const tools = [...(session.tools ?? []), ...(config.tools ?? [])];
  const { chunkDurationMs, echoCancellation } = latencyModes[latencyMode];
  const voice = ownVoice ?? session.voice ?? (typeof provider === 'string' ? 'alloy' : undefined);
  const { turnDetection } = session;
  const vadType =
    config.vadType ?? (turnDetection?.type === 'server_vad' ? 'server' : turnDetection?.type ? 'semantic' : 'client');
  return {
    ...defaults,
    chunkDurationMs,
    echoCancellation,
    vadEnabled: turnDetection !== null || config.vadType !== undefined,
    vadThreshold: vadType === 'server' || config.vadModel ? 0.5 : 0.02,
    ...config,
    tools,
    enableFunctions: config.enableFunctions || tools.length > 0,
    ...(mode ? { mode } : {}),
    vadType,
    ...(voice === undefined ? {} : { voice }),
    logLevel: (config.logLevel ?? 'info').toLowerCase() as LogLevel,
    switchTriggers: { ...defaultTriggers, ...withoutUndefined(switchTriggers ?? {}) },
    isTriggered: Object.values(switchTriggers ?? {}).some((trigger) => (Array.isArray(trigger) ? trigger.length > 0 : trigger)),
  };
};
