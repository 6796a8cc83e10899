import {
  defer,
  distinctUntilChanged,
  filter,
  firstValueFrom,
  forkJoin,
  ignoreElements,
  map,
  Observable,
  type ObservableInput,
  of,
  startWith,
  switchMap,
  tap,
} from 'rxjs';
import { detectTurns } from '../../operators/detectTurns.js';
import { limitBudget } from '../../operators/limitBudget.js';
import { ofType } from '../../operators/ofType.js';
import { transcripts } from '../../operators/transcripts.js';
import { watchStalls } from '../../operators/watchStalls.js';
import type { Millis } from '../audio.js';
import type { Epic } from '../epic.js';
import { ConfigError, EngineError } from '../errors.js';
import type { VoiceEvent } from '../events.js';
import type { LaneAnalyzer } from '../lane-analyzer.js';
import type { ConversationItem } from '../state/conversation.js';
import { toArray } from '../state/item-list.js';
import { type CodecToolConfig, type SchemaToolConfig, type Tool, tool, toolDeclarations } from '../tool.js';
import type { ClientEvent } from '../wire/client-event.js';
import type { SessionPatch } from '../wire/session.js';
import type { Call } from './call.js';
import type { CostEstimate } from './cost.js';
import type { Emitter } from './emitter.js';
import { type EngineAccount, engineAccount } from './engine-account.js';
import { addCallbacks } from './engine-callbacks.js';
import { asking, dataUrl, resampled, say, sendRecording, userMessage } from './engine-commands.js';
import { type EngineSettings, engineSettings, type VoiceEngineConfig } from './engine-config.js';
import { type EngineConversation, engineConversation } from './engine-conversation.js';
import { type CallSetup, type EngineCore, engineCore, resamplerFor } from './engine-core.js';
import { type EngineEvent, failureEvent, stamped } from './engine-event.js';
import { engineLanes } from './engine-lanes.js';
import type { MetricsSummary } from './engine-metrics.js';
import { engineProvider } from './engine-provider.js';
import { type EngineState, engineState } from './engine-state.js';
import { askFirst } from './engine-tools.js';
import { type ExportedState, exportedState, importCommands } from './exported-state.js';
import { logEvents } from './logger.js';
import type { Platform } from './platform.js';
import { promised, promiseOf } from './promise-of.js';
import { recordedAudio } from './recorded-audio.js';
import { bytesFrom, type SentAudio, sentAudio } from './sent-audio.js';
import { engineSessionConfig, type SessionConfig, sessionPatch, usualTranscription } from './session-config.js';
import type { UsageSummary } from './usage-summary.js';

interface Responding {
  readonly respond?: boolean;
}

interface ImageConfig extends Responding {
  readonly text?: string;
  readonly detail?: 'auto' | 'low' | 'high';
}

interface SpeechConfig {
  readonly timeoutMs?: Millis;
  readonly play?: boolean;
}

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
  readonly #tools = new Map<string, Tool>();
  #analyzer: LaneAnalyzer | undefined;
  #sent: { readonly call: Call; readonly audio: SentAudio } | undefined;
  #imported: readonly ClientEvent[] = [];
  readonly #warned = new Set<string>();
  #spoken = 0;

  /** @throws ConfigError on call, which names each field that cannot be used, and fields that there are not. */
  constructor(config: VoiceEngineConfig, platform: Platform) {
    const settings = engineSettings(config);
    this.#settings = settings;
    this.#analyzer = settings.switchAnalyzer;
    this.#add(settings.tools);
    this.#account = engineAccount({
      prices: settings.prices,
      fastLane: settings.mode === 'big' ? 'big' : 'fast',
      speechEndMs: settings.vadEnabled && settings.vadType === 'client' ? settings.vadSpeechEndMs : 0,
    });
    this.#core = engineCore({
      settings,
      platform,
      provider: engineProvider(settings, platform),
      setup: () => this.#setup(platform.loudspeaker !== undefined),
      account: this.#account,
    });
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
    return this.#withCall(({ microphone }) => microphone.listen(send ? 'send' : 'collect'));
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
    return this.#withCall((call) => this.#sentAudio(call).pipe(tap((sent) => call.send(...sent.push(audio)))));
  }

  /**
   * Ends the user's turn where the application says so: all audio that was sent since the last one.
   *
   * @param config `respond`: whether it is answered; default true.
   */
  commit({ respond = true }: Responding = {}): Promise<void> {
    return this.#withCall((call) =>
      this.#sentAudio(call).pipe(
        switchMap((sent) => {
          call.send(...sent.end());
          return asking(call, { type: 'input_audio_buffer.commit' }, respond);
        }),
      ),
    );
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
    return this.#withCall((call) => sendRecording(call, recordedAudio(audio, this.#settings.sampleRate), autoRespond));
  }

  /**
   * Says something as the user, in writing. Resolves when the provider has it.
   *
   * @param config `respond`: whether it is answered; default true.
   */
  sendText(text: string, { respond = true }: Responding = {}): Promise<void> {
    return this.#withCall((call) => {
      this.#core.emitter.emit(stamped({ type: 'text.input', text }, 'application'));
      return asking(call, userMessage({ type: 'input_text', text }), respond);
    });
  }

  /**
   * Shows an image to the model. Resolves when the provider has it.
   *
   * @param image A PNG or JPEG, or its address: `https:` or `data:`.
   * @param config `text`: what to say of it. `detail`: how closely to look. `respond`: whether it is answered; default true.
   */
  sendImage(image: Uint8Array | string, { text, detail, respond = true }: ImageConfig = {}): Promise<void> {
    return this.#withCall((call) => {
      const image_url = typeof image === 'string' ? image : dataUrl(image);
      const picture = { type: 'input_image' as const, image_url, ...(detail ? { detail } : {}) };
      const words = text === undefined ? [] : [{ type: 'input_text' as const, text }];
      return asking(call, userMessage(...words, picture), respond);
    });
  }

  /** Stops the assistant, and cuts the conversation to what was heard; nothing happens when nothing sounds or is open. */
  interrupt(): void {
    this.#core.call?.interrupt();
  }

  /**
   * Lets the assistant say a text word for word, beside the conversation: it is not in its history. Resolves to PCM16 at the engine's `sampleRate`.
   *
   * @param config `timeoutMs`: default 30000; `Infinity` for ever. `play`: whether it also sounds; default false.
   * @throws EngineError by rejection: `timeout`, `cancelled`, or `server_error` when no audio came.
   */
  textToAudioResponse(text: string, { timeoutMs = 30_000, play = false }: SpeechConfig = {}): Promise<Uint8Array> {
    const said$ = this.#called().pipe(
      switchMap((call) => {
        const name = `say_${++this.#spoken}`;
        if (!play) call.mute(name);
        return say(call, text, { name, timeoutMs });
      }),
      switchMap(({ samples, sampleRate }) => resampled({ samples, sampleRate, position: 0 }, this.#settings.sampleRate)),
      map(bytesFrom),
    );
    return promised(firstValueFrom(said$, { defaultValue: new Uint8Array(0) }));
  }

  /** Says anything of the provider's protocol: the way to what has no method. */
  send(event: ClientEvent): Promise<void> {
    return this.#withCall((call) => {
      call.send(event);
      return [];
    });
  }

  /** Lets the model call a function, from now on. One of the same name is replaced. */
  registerTool<Arguments>(definition: Tool | CodecToolConfig<Arguments> | SchemaToolConfig): void {
    const added = 'prepare' in definition ? definition : tool(definition as SchemaToolConfig);
    this.#add([added]);
    this.#core.call?.send({ type: 'session.update', session: { tools: toolDeclarations([...this.#tools.values()]) } });
  }

  /** Moves the conversation to a lane, whatever the rules say. */
  requestLane(lane: string): Promise<void> {
    return this.#withCall((call) => {
      call.send({ type: 'lane.request', lane });
      return [];
    });
  }

  /** Lets a function of the application decide about lanes, in place of the triggers; undefined: the triggers again. */
  setSwitchAnalyzer(analyze: LaneAnalyzer | undefined): void {
    this.#analyzer = analyze;
  }

  /** Changes settings of the session. Resolves when the provider has taken them, rejects when it has refused them. */
  updateSession(config: SessionConfig): Promise<void> {
    return this.#withCall((call) => {
      if (config.tools) {
        this.#tools.clear();
        this.#add(config.tools);
      }
      const { transcription } = config;
      const words = transcription === true ? usualTranscription(this.#settings) : transcription;
      return call.ask({
        type: 'session.update',
        session: this.#patchOf({ ...config, ...(words === undefined ? {} : { transcription: words }) }),
      });
    });
  }

  /** The conversation as JSON, for `importState` of another engine. */
  exportState(): ExportedState {
    return exportedState(this.#core.state());
  }

  /**
   * Goes on with an exported conversation: at once, or with the next `connect`.
   *
   * @throws ConfigError on call, when it is nothing that `exportState` has made.
   */
  importState(state: ExportedState | string): void {
    const commands = importCommands(state);
    if (this.#core.call) this.#core.call.send(...commands);
    else this.#imported = commands;
  }

  /** The items of the conversation. */
  readonly conversation: EngineConversation = engineConversation(
    () => this.#core.state(),
    (commands) => this.#withCall((call) => forkJoin(commands.map((command) => call.ask(command)))),
  );

  /** Handlers, by the types of events: `events.on('lane.*', handler)`. */
  get events(): Emitter {
    return this.#core.emitter;
  }

  /** The same as a stream; hot, never errors, never completes. */
  readonly events$: Observable<EngineEvent> = new Observable((subscriber) => {
    const id = this.#core.emitter.on('*', (event) => subscriber.next(event));
    return () => this.#core.emitter.off(id);
  });

  /**
   * What the stream underneath says, as `converse` does: of the conversation that is open, else of the next one. Hot; completes when that is over, and
   * errors when it fails, also at `connect`. Subscribe anew for another.
   */
  get voice$(): Observable<VoiceEvent> {
    return this.#core.voice$;
  }

  /** The items, whenever they change, and at first as they are. */
  readonly conversation$: Observable<readonly ConversationItem[]> = defer(() =>
    this.#core.all$.pipe(
      startWith(undefined),
      map(() => this.#core.state().conversation.items),
      distinctUntilChanged(),
      map(toArray),
    ),
  );

  /** How fast it is, and how well it goes. */
  getMetrics(): MetricsSummary {
    return this.#account.metrics(this.#core.state());
  }

  /** The same, whenever something of it has changed that is more than time: a turn, a lane, the connection. */
  readonly metrics$: Observable<MetricsSummary> = this.#whenever(
    /^(connection\.|lane\.switched|turn\.|audio\.output_st|playout\.(started|flushed))/,
  ).pipe(map(() => this.getMetrics()));

  /** What was used, as the provider has counted it, over all sessions of this engine. */
  getUsage(): UsageSummary {
    return this.#account.usage();
  }

  /** What that costs, about. */
  estimateCost(): CostEstimate {
    return this.#account.cost();
  }

  /** The same, whenever it has changed. */
  readonly cost$: Observable<CostEstimate> = this.#whenever(/^(response\.done|.*transcription\.completed)$/).pipe(
    map(() => this.estimateCost()),
    distinctUntilChanged((before, after) => before.total === after.total && before.complete === after.complete),
  );

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

  /** Of two of the same name the later one counts. */
  #add(tools: readonly Tool[]): void {
    for (const each of tools) this.#tools.set(each.name, each);
  }

  #setup(hasLoudspeaker: boolean): CallSetup {
    const settings = this.#settings;
    const find = (name: string): Tool | undefined => this.#tools.get(name);
    const tools = [...this.#tools.values()];
    const isBare = settings.mode === 'provider';
    const session: readonly ClientEvent[] = isBare
      ? []
      : [{ type: 'session.update', session: this.#patchOf(engineSessionConfig(settings, tools, this.#analyzer)) }];
    // Not before: an engine that could not connect may be connected again.
    const forgetImported: Epic = (events$) =>
      events$.pipe(
        ofType('connection.established'),
        tap(() => {
          this.#imported = [];
        }),
        ignoreElements(),
      );
    return {
      findTool: settings.onFunctionCall ? askFirst(settings.onFunctionCall, find) : find,
      lanes: engineLanes(settings, { tools, analyzer: () => this.#analyzer }),
      greeting: [...session, ...this.#imported],
      epics: [
        forgetImported,
        detectTurns,
        transcripts({ words: hasLoudspeaker ? 'heard' : 'received' }),
        watchStalls(),
        ...(settings.budgetUsd === undefined
          ? []
          : [limitBudget({ usd: settings.budgetUsd, costOf: () => this.#account.cost().total })]),
      ],
    };
  }

  /** The settings as they are sent; what could not be sent of them is told once. */
  #patchOf(config: SessionConfig): SessionPatch {
    const { patch, warnings } = sessionPatch(config);
    for (const warning of warnings.filter((each) => !this.#warned.has(each))) {
      this.#warned.add(warning);
      this.#core.emitter.emit(failureEvent(new ConfigError(warning, { code: 'unsupported' }), 'application'));
    }
    return patch;
  }

  #whenever(types: RegExp): Observable<unknown> {
    return defer(() => this.#core.all$.pipe(filter(({ type }) => types.test(type))));
  }

  #called(): Observable<Call> {
    return defer(() => {
      const { call } = this.#core;
      if (call) return of(call);
      throw new EngineError('not connected: call connect() first', { code: 'NOT_CONNECTED' });
    });
  }

  #withCall(use: (call: Call) => ObservableInput<unknown>): Promise<void> {
    return promiseOf(this.#called().pipe(switchMap(use)));
  }

  #sentAudio(call: Call): Observable<SentAudio> {
    const { sampleRate } = this.#settings;
    return defer(() => {
      if (this.#sent?.call === call) return of(this.#sent.audio);
      return resamplerFor(call.input.sampleRate === sampleRate).pipe(
        map((resampler) => {
          if (this.#sent?.call === call) return this.#sent.audio;
          // What is left of another conversation is nothing that was said in this one.
          this.#sent?.audio.end();
          this.#sent = { call, audio: sentAudio(sampleRate, call.input, resampler) };
          return this.#sent.audio;
        }),
      );
    });
  }
}
