import { defer, firstValueFrom, forkJoin, type Observable, type ObservableInput } from 'rxjs';
import { ConfigError, EngineError } from '../errors.js';
import type { Command, VoiceEvent } from '../events.js';
import type { LaneAnalyzer } from '../lane-analyzer.js';
import type { ConversationItem } from '../state/conversation.js';
import { type CodecToolConfig, type SchemaToolConfig, type Tool, tool } from '../tool.js';
import type { ClientEvent } from '../wire/client-event.js';
import type { Call } from './call.js';
import type { CostEstimate } from './cost.js';
import type { Emitter } from './emitter.js';
import { type EngineAccount, engineAccount } from './engine-account.js';
import { addCallbacks } from './engine-callbacks.js';
import {
  asking,
  type ImageConfig,
  imageMessage,
  laneRequest,
  type Responding,
  type SpeechConfig,
  say,
  sendRecording,
  textMessage,
} from './engine-commands.js';
import { type EngineSettings, engineSettings, type VoiceEngineConfig } from './engine-config.js';
import { type EngineConversation, engineConversation } from './engine-conversation.js';
import { type EngineCore, engineCore } from './engine-core.js';
import { type EngineEvent, failureEvent, stamped } from './engine-event.js';
import type { MetricsSummary } from './engine-metrics.js';
import { engineProvider } from './engine-provider.js';
import { type EngineSession, engineSession } from './engine-session.js';
import { type EngineState, engineState } from './engine-state.js';
import { engineStreams } from './engine-streams.js';
import { type ExportedState, exportedState } from './exported-state.js';
import { logEvents } from './logger.js';
import type { Platform } from './platform.js';
import { promised, promiseOf } from './promise-of.js';
import { recordedAudio } from './recorded-audio.js';
import type { SessionConfig } from './session-config.js';
import type { UsageSummary } from './usage-summary.js';

/**
 * A voice assistant as one object, for those who do not think in streams: methods, events, callbacks. Underneath is `converse`, and all that it
 * promises holds here.
 *
 * Methods that say something to the provider reject with `EngineError` (`NOT_CONNECTED`) before `connect`; while the connection is lost they wait for
 * it. A promise that rejects need not be looked at: what goes wrong is told by `engine.error`, too.
 *
 * `rxvox/node` has the same bound to the devices and sockets of Node: `new VoiceEngine({ apiKey })`.
 */
export class VoiceEngine {
  readonly #settings: EngineSettings;
  readonly #core: EngineCore;
  readonly #account: EngineAccount;
  readonly #session: EngineSession;

  /** @throws ConfigError on call, which names each field that cannot be used, and fields that there are not. */
  constructor(config: VoiceEngineConfig, platform: Platform) {
    const settings = engineSettings(config);
    this.#settings = settings;
    this.#account = engineAccount({
      prices: settings.prices,
      fastLane: settings.mode === 'big' ? 'big' : 'fast',
      speechEndMs: settings.vadEnabled && settings.vadType === 'client' ? settings.vadSpeechEndMs : 0,
    });
    this.#session = engineSession({
      settings,
      platform,
      cost: this.#account.cost,
      call: () => this.#core.call,
      warn: (warning) => this.#core.emitter.emit(failureEvent(new ConfigError(warning, { code: 'unsupported' }), 'application')),
    });
    this.#core = engineCore({
      settings,
      platform,
      provider: engineProvider(settings, platform),
      setup: this.#session.setup,
      account: this.#account,
    });
    const streams = engineStreams(this.#core, this.#account);
    ({ events$: this.events$, conversation$: this.conversation$, metrics$: this.metrics$, cost$: this.cost$ } = streams);
    addCallbacks(this.#core.emitter, settings);
    if (settings.logger) this.#core.emitter.on('*', logEvents(settings.logger, settings.logLevel));
  }

  /** Makes an engine and connects it: `await using engine = await VoiceEngine.open(…)`. Rejects as `connect` does. */
  static open(config: VoiceEngineConfig, platform: Platform): Promise<VoiceEngine> {
    const engine = new VoiceEngine(config, platform);
    return engine.connect().then(() => engine);
  }

  /** An engine with nothing but a key. */
  static createSimple(key: string | { readonly apiKey: string }, platform: Platform): VoiceEngine {
    return new VoiceEngine(typeof key === 'string' ? { apiKey: key } : key, platform);
  }

  /**
   * Connects. Resolves when the session is ready; called again meanwhile, it is the same promise.
   *
   * @param config `retryCount`: attempts in all, 1 or more; default `reconnect.firstAttempts`, which is 3. What cannot be helped by trying again is not tried again.
   * @throws ConnectionError, AuthenticationError, ConfigError by rejection, once: the last error; its `cause` holds those of all attempts.
   */
  connect({ retryCount }: { readonly retryCount?: number } = {}): Promise<void> {
    return this.#core.connect(retryCount);
  }

  /** Ends the conversation, whatever is open. Resolves when sockets, devices and recordings are closed; at once when they are. */
  disconnect(): Promise<void> {
    return this.#core.disconnect();
  }

  /** `disconnect`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.disconnect();
  }

  /**
   * Opens the microphone. Resolves when its first audio has come.
   *
   * @param config `send`: whether the provider hears it; if not, the audio is told by `audio.input_chunk` alone, for example to be sent by
   * `sendRecordedAudio` when a key is released. Default true.
   * @throws AudioError by rejection, when there is no microphone, or it cannot be opened, or ends without a sound.
   * @throws EngineError by rejection: `cancelled`, when `stopListening` comes first; what ended the conversation, when that does.
   */
  startListening({ send = true }: { readonly send?: boolean } = {}): Promise<void> {
    return this.#with(({ microphone }) => microphone.listen(send ? 'send' : 'collect'));
  }

  /** Closes the microphone. What was being said ends there, and is answered. */
  stopListening(): void {
    this.#core.call?.microphone.stop();
  }

  /**
   * Audio of the user, straight to the provider; the detector of speech does not see it. It is answered when the provider finds the end of a turn
   * in it, or after `commit`.
   *
   * @param audio PCM16, mono, at the engine's `sampleRate`; bytes little endian, cut anywhere.
   */
  sendAudio(audio: Uint8Array | Int16Array): Promise<void> {
    return this.#send(({ audio: sent }) => sent.push(audio));
  }

  /**
   * Ends the user's turn where the application says so: all audio that was sent since the last one.
   *
   * @param config `respond`: whether it is answered; default true.
   */
  commit({ respond = true }: Responding = {}): Promise<void> {
    return this.#with((call) => {
      call.send(...call.audio.end());
      return asking(call, { type: 'input_audio_buffer.commit' }, respond);
    });
  }

  /**
   * Sends a recording as one turn of the user's, whoever else ends turns. Resolves when the provider has taken it.
   *
   * @param audio PCM16 at the engine's `sampleRate`, or a WAV file of any rate.
   * @param config `autoRespond`: whether it is answered; default true.
   * @throws AudioError `bad_wav` by rejection, when it is a WAV file that cannot be read.
   */
  sendRecordedAudio(
    audio: Uint8Array | Int16Array,
    { autoRespond = true }: { readonly autoRespond?: boolean } = {},
  ): Promise<void> {
    return this.#with((call) => sendRecording(call, recordedAudio(audio, this.#settings.sampleRate), autoRespond));
  }

  /**
   * Says something as the user, in writing. Resolves when the provider has it.
   *
   * @param config `respond`: whether it is answered; default true.
   */
  sendText(text: string, { respond = true }: Responding = {}): Promise<void> {
    return this.#with((call) => {
      this.#core.emitter.emit(stamped({ type: 'text.input', text }, 'application'));
      return asking(call, textMessage(text), respond);
    });
  }

  /**
   * Shows an image to the model. Resolves when the provider has it.
   *
   * @param image A PNG or JPEG, or its address: `https:` or `data:`.
   * @param config `text`: what to say of it. `detail`: how closely to look. `respond`: whether it is answered; default true.
   */
  sendImage(image: Uint8Array | string, { respond = true, ...config }: ImageConfig = {}): Promise<void> {
    return this.#with((call) => asking(call, imageMessage(image, config), respond));
  }

  /** Stops the assistant, and cuts the conversation to what was heard; nothing happens when nothing sounds or is open. */
  interrupt(): void {
    this.#core.call?.interrupt();
  }

  /**
   * Lets the assistant say a text word for word, beside the conversation: it is not in its history. Resolves to PCM16 at the engine's `sampleRate`.
   *
   * @param config `timeoutMs`: default 30000, then it is cancelled; `Infinity` for ever. `play`: whether it also sounds; default false.
   * @throws EngineError by rejection: `timeout`, `cancelled`, or `server_error` when no audio came.
   */
  textToAudioResponse(text: string, { timeoutMs = 30_000, play = false }: SpeechConfig = {}): Promise<Uint8Array> {
    const { sampleRate } = this.#settings;
    const said$ = this.#called((call) => say(call, text, { timeoutMs, play, sampleRate }));
    return promised(firstValueFrom(said$, { defaultValue: new Uint8Array(0) }));
  }

  /** Says anything of the provider's protocol: the way to what has no method. */
  send(event: ClientEvent): Promise<void> {
    return this.#send(() => [event]);
  }

  /** Lets the model call a function, from now on. One of the same name is replaced. */
  registerTool<Arguments>(definition: Tool | CodecToolConfig<Arguments> | SchemaToolConfig): void {
    this.#session.registerTool('prepare' in definition ? definition : tool(definition as SchemaToolConfig));
  }

  /**
   * Moves the conversation to a lane, whatever the rules say.
   *
   * @throws ConfigError by rejection, when there is no such lane: `fast` and `big` are both there with `mode: 'dynamic'`, which is the default where tools,
   * triggers or an analyzer ask for it.
   */
  requestLane(lane: string): Promise<void> {
    return this.#send((call) => [laneRequest(call, lane)]);
  }

  /** Lets a function of the application decide about lanes, in place of the triggers; undefined: the triggers again. */
  setSwitchAnalyzer(analyze: LaneAnalyzer | undefined): void {
    this.#session.analyzer = analyze;
  }

  /** Changes settings of the session. Resolves when the provider has taken them, rejects when it has refused them. */
  updateSession(config: SessionConfig): Promise<void> {
    return this.#with((call) => this.#session.updateSession(call, config));
  }

  /** The conversation as JSON, for `importState` of another engine. */
  exportState(): ExportedState {
    return exportedState(this.#core.state());
  }

  /**
   * Goes on with an exported conversation: at once, or with the next `connect`. No tool runs for it: the model is told of a call that had no output
   * when it was exported that its result is lost.
   *
   * @throws ConfigError on call, when it is nothing that `exportState` has made.
   */
  importState(state: ExportedState | string): void {
    this.#session.importState(state);
  }

  /** The items of the conversation. */
  readonly conversation: EngineConversation = engineConversation(
    () => this.#core.state(),
    (commands) => this.#with((call) => forkJoin(commands.map((command) => call.ask(command)))),
  );

  /** Handlers, by the types of events: `events.on('lane.*', handler)`. */
  get events(): Emitter {
    return this.#core.emitter;
  }

  /** The same as a stream; hot, never errors, never completes. */
  readonly events$: Observable<EngineEvent>;

  /**
   * What the stream underneath says, as `converse` does: of the conversation that is open, else of the next one. Hot; completes when that is over, and
   * errors when it fails, also at `connect`. Subscribe anew for another.
   */
  get voice$(): Observable<VoiceEvent> {
    return this.#core.voice$;
  }

  /** The items, whenever they change, and at first as they are. */
  readonly conversation$: Observable<readonly ConversationItem[]>;

  /** How fast it is, and how well it goes. */
  getMetrics(): MetricsSummary {
    return this.#account.metrics(this.#core.state());
  }

  /** The same, whenever something of it has changed that is more than time: a turn, a lane, the connection. */
  readonly metrics$: Observable<MetricsSummary>;

  /** What was used, as the provider has counted it, over all sessions of this engine. */
  getUsage(): UsageSummary {
    return this.#account.usage();
  }

  /** What that costs, about. */
  estimateCost(): CostEstimate {
    return this.#account.cost();
  }

  /** The same, whenever it has changed. */
  readonly cost$: Observable<CostEstimate>;

  /** What the engine is doing. */
  get state(): EngineState {
    return engineState(this.#core.state(), this.isListening);
  }

  /** The same, as a method. */
  getState(): EngineState {
    return this.state;
  }

  /** Whether there is a session that works. */
  get isConnected(): boolean {
    return this.#core.state().connection.status === 'ready';
  }

  /** Whether the microphone is open. */
  get isListening(): boolean {
    return (this.#core.call?.microphone.listening ?? 'off') !== 'off';
  }

  /** The lane that the conversation is in. */
  get lane(): string {
    return this.#core.state().lanes.lane;
  }

  #called<T>(use: (call: Call) => ObservableInput<T>): Observable<T> {
    return defer(() => {
      const { call } = this.#core;
      if (call) return use(call);
      throw new EngineError('not connected: call connect() first', { code: 'NOT_CONNECTED' });
    });
  }

  #with(use: (call: Call) => ObservableInput<unknown>): Promise<void> {
    return promiseOf(this.#called(use));
  }

  #send(entries: (call: Call) => readonly (Command | VoiceEvent)[]): Promise<void> {
    return this.#with((call) => {
      call.send(...entries(call));
      return [];
    });
  }
}
