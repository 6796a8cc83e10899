import { from, map, Observable, Subject, type Subscription } from 'rxjs';
import type { AudioFrame, Millis, VadState, VoiceFrame } from '../audio.js';
import { conversation } from '../dsp/conversation.js';
import { type ConversationEvent, conversationModes } from '../dsp/conversation-sides.js';
import { energyVad } from '../dsp/energy-vad.js';
import { addProvider, type ProviderFormat } from '../dsp/formats/provider-formats.js';
import { levelOf } from '../dsp/level.js';
import { type TestAudioConfig, testAudio } from '../dsp/test-audio.js';
import { assertEdgeTrigger, type EdgeTriggerConfig, edgeTrigger, type Limit } from '../edge-trigger.js';
import { AudioError } from '../errors.js';
import type { AudioStageEvent } from '../events.js';
import { type AudioStream, audioStream, iterable, type StreamSource } from './audio-stream.js';
import { ContinuousStream } from './continuous-stream.js';
import type { ConversationMode } from './conversation-mode.js';
import { detection } from './detection.js';
import type { EnhancementOptions } from './enhancement-options.js';
import { handlers } from './handlers.js';
import { heldValues } from './held-values.js';
import { loadEnhancement } from './load-enhancement.js';
import { optimizations } from './optimizations.js';
import { type PrepareConfig, preparedBuffer, preparedStream } from './prepare-for-ai.js';
import { inlet, isRawAudio, type RawAudio } from './raw-audio.js';
import { checked, type StreamSettings, streamSettings, type VoxStreamConfig } from './stream-config.js';
import { type StreamCore, streamCore, type Treating } from './stream-core.js';
import { enhancementFields } from './stream-fields.js';
import type { StreamMetrics } from './stream-meter.js';
import { type AudioInput, checkSource, heldFrames, sourceOf } from './stream-source.js';
import { untreated } from './treatment.js';
import type { VADConfig } from './vad-config.js';

/** What was said by the other side is no surprise to be made sure of; its pauses are bridged by the conversation. */
const otherSide = { speechStartMs: 40, speechEndMs: 0 };

/** Events of a `VoxStream`, by name. */
export type StreamEvents = {
  readonly [Type in ConversationEvent['type']]: Extract<ConversationEvent, { readonly type: Type }>;
} & {
  /** What a handler of the application has thrown, or the audio of the other side: the stream goes on. */
  readonly error: { readonly type: 'error'; readonly error: unknown };
  /** A stage of the enhancement is passed by, because it failed or was too slow, or returns; and the times of each, about once a second of audio. */
  readonly enhancement: AudioStageEvent;
};

/** A name of {@link StreamMetrics}, or `voiceQuality` for `voiceQualityScore`. */
export type MetricName = keyof StreamMetrics | 'voiceQuality';

/**
 * The audio toolkit as one object: hears, cleans, cuts and measures the audio of a voice, without a connection to anybody.
 *
 * All audio is bytes of the configured format, PCM16 samples, or frames. What is given piece by piece to one method belongs together; every stream
 * begins anew. Nothing of it waits for a clock: time is counted in samples.
 */
export class VoxStream {
  readonly #settings: StreamSettings;
  readonly #core: StreamCore;
  readonly #processing: Treating;
  readonly #enhancing: Treating;
  readonly #detect: (audio: RawAudio) => VoiceFrame;
  readonly #told = new Subject<ConversationEvent>();
  readonly #alerts = new Set<(ms: Millis) => void>();
  readonly #handlers = handlers<StreamEvents>((error) => this.#fail(error));
  readonly #conversation = conversation(() => conversationModes[this.#mode]);
  /** Who hears the other side. */
  readonly #listeners = new Set<(far: AudioFrame) => void>();
  #attached: Subscription | undefined;
  #mode: ConversationMode;
  #wanted = 0;

  /** @throws ConfigError on call, which names each field that cannot be used, and fields that there are not. */
  constructor(config: VoxStreamConfig = {}) {
    this.#settings = streamSettings(config);
    this.#mode = this.#settings.mode;
    this.#core = streamCore(
      this.#settings,
      { detection: detection(), treatment: untreated },
      { heard: (frame) => this.#converse(frame), metered: (ms) => this.#check(ms) },
    );
    this.#processing = this.#core.openTreatment({ isMetered: true });
    this.#enhancing = this.#core.openTreatment({ isMetered: false });
    this.#detect = this.#core.openDetector();
  }

  /**
   * Enhances audio as `enhanceVoice` was told to, measures it, and gives the same kind of it, of the same length. Nothing of it waits: enhancement that
   * is still loading is left out.
   *
   * @param audio Bytes may be cut anywhere: what is no whole sample comes with the next call.
   * @throws AudioError `format_mismatch` on call, when it is no audio.
   */
  process(audio: Uint8Array): Uint8Array;
  process(audio: Int16Array): Int16Array;
  process<Frame extends AudioFrame>(audio: Frame): Frame;
  process(audio: RawAudio): RawAudio;
  process(audio: RawAudio): RawAudio {
    return this.#processing.process(audio);
  }

  /**
   * Says whether audio holds speech, after all that was given to it before. Of a chunk longer than 20 ms it is `speech` if speech sounded anywhere in it.
   *
   * @throws AudioError `format_mismatch` on call, when it is no audio.
   */
  detectVoice(audio: RawAudio): VadState {
    return this.#detect(audio).vad;
  }

  /** Whether the last chunk that was heard, by `detectVoice` or in a stream, is speech, or the quiet that may end it. */
  get isSpeaking(): boolean {
    return this.#core.isSpeaking;
  }

  /**
   * What was heard before the chunk that became speech: `preSpeechBufferMs` of audio ahead of the speech, and its beginning, when it was not sure yet. Send
   * it ahead of that chunk, and no word is cut off. While nobody speaks: what it would be if the next chunk were speech.
   */
  getPreSpeechBuffer(): AudioFrame {
    return this.#core.ahead.read();
  }

  /** How loud audio is: root mean square, 0 to 1. */
  getLevel(audio: RawAudio): number {
    return levelOf(inlet(this.#settings).read(audio).samples);
  }

  /**
   * Tells speech from sound in another way, from the next chunk on. What is left out is the default, not what was.
   *
   * @throws ConfigError on call, which names each field that cannot be used, and fields that there are not.
   */
  configureVad(config: VADConfig): void {
    this.#core.detection = detection(config);
  }

  /**
   * With options: how voices are enhanced from now on, by `process`, by streams and by this; nothing that is left out. Resolves when all of it is loaded; until then
   * audio goes as it went before. With audio: the same, enhanced and nothing else.
   *
   * @throws ConfigError on call, which names each option that cannot be used, and those that there are not.
   * @throws AudioError `backend_missing` by rejection, when something cannot be loaded.
   */
  enhanceVoice(audio: Uint8Array): Uint8Array;
  enhanceVoice(audio: Int16Array): Int16Array;
  enhanceVoice<Frame extends AudioFrame>(audio: Frame): Frame;
  enhanceVoice(options: EnhancementOptions): Promise<void>;
  enhanceVoice(given: RawAudio | EnhancementOptions): RawAudio | Promise<void> {
    if (isRawAudio(given)) return this.#enhancing.process(given);
    const options = checked<EnhancementOptions>('EnhancementOptions', enhancementFields, given);
    const loaded = this.#enhance(options);
    loaded.catch(() => undefined);
    return loaded;
  }

  /**
   * Audio in chunks of `chunkDurationMs`, enhanced and heard, as an Observable and as an async iterable. Each subscription begins anew. The last chunk is
   * filled up with silence. Read with `for await`, an iterable is read no faster than the chunks are; an Observable cannot wait: a minute of it is held.
   *
   * @param source Audio, or an iterable, an async iterable or an Observable of it.
   * @throws ConfigError on call, when it is no source.
   * @throws AudioError in-stream: `format_mismatch`, when something in it is no audio, or its rate changes.
   */
  stream(source: AudioInput): AudioStream<VoiceFrame> {
    checkSource(source);
    return audioStream(sourceOf(source), () => this.#core.openStream(), heldFrames);
  }

  /**
   * A buffer in chunks of `chunkDurationMs`, as it is: a source for `stream` and `connect`.
   *
   * @throws ConfigError on call, when it is no audio.
   */
  createStream(buffer: RawAudio): AudioStream<AudioFrame> {
    checkSource(isRawAudio(buffer) ? buffer : undefined);
    return audioStream([buffer], () => this.#core.openChunks(), heldFrames);
  }

  /** A stream that sources can be connected to, one after another, and that flows to sinks; see {@link ContinuousStream}. */
  continuousStream(): ContinuousStream<AudioInput> {
    return new ContinuousStream<AudioInput>({
      open: (source) => this.stream(source),
      check: checkSource,
      ...(this.#settings.isLocal && { initial: () => this.captureLocal() }),
    });
  }

  /**
   * Audio as a service wants to be sent it: rate, format, and length of a message. A buffer comes in one piece, not a sample longer than it was; a stream
   * message by message, the last one filled up with silence.
   *
   * @param config `provider`: `openai`, `azure`, `google`, `twilio`, `elevenlabs`, a name of `addProvider`, or a format.
   * @throws RangeError on call, when nobody knows the provider, or a buffer is to be packets of Opus, which have no bounds in one piece.
   * @throws ConfigError on call, when it is no source.
   * @throws AudioError by rejection and in-stream: `format_mismatch`, `backend_missing`.
   */
  prepareForAi(audio: RawAudio, config: PrepareConfig): Promise<Uint8Array>;
  prepareForAi(source: StreamSource<RawAudio>, config: PrepareConfig): AudioStream<Uint8Array>;
  prepareForAi(source: AudioInput, config: PrepareConfig): Promise<Uint8Array> | AudioStream<Uint8Array> {
    checkSource(source);
    return isRawAudio(source) ? preparedBuffer(source, config, this.#settings) : preparedStream(source, config, this.#settings);
  }

  /**
   * Makes the format of a service known by a name, for `prepareForAi`, in all of the program.
   *
   * @throws RangeError on call, when the name is empty, or the format cannot be written.
   */
  addProvider(name: string, format: ProviderFormat): void {
    addProvider(name, format);
  }

  /** Another manner of conversation, from now on. @throws ConfigError on call, when there is none of this name. */
  setMode(mode: ConversationMode): void {
    this.#mode = streamSettings({ mode }).mode;
  }

  /**
   * Tells what the other side plays: the reference of echo cancellation, and of interruptions. One at a time: another replaces it. It ends with its
   * source, with `unsubscribe`, and with `close`.
   *
   * @param source Audio, or an iterable, an async iterable or an Observable of it.
   */
  attachPlayback(source: AudioInput): Subscription {
    checkSource(source);
    this.#attached?.unsubscribe();
    const { read } = inlet(this.#settings);
    const detect = energyVad(otherSide)();
    this.#attached = from(sourceOf(source))
      .pipe(map((audio) => detect(read(audio))))
      .subscribe({
        next: (far) => {
          if (far.vad === 'speech') this.#conversation.far(far);
          this.#core.meter.reference(far);
          for (const hear of this.#listeners) hear(far);
        },
        error: (error: unknown) => this.#fail(error),
      });
    return this.#attached;
  }

  /**
   * Adds a handler. What it throws, or rejects with, is told as `error`.
   *
   * @param type A name of `StreamEvents`.
   * @returns The id to remove it with.
   */
  on<Type extends keyof StreamEvents>(type: Type, handler: (event: StreamEvents[Type]) => unknown): string {
    return this.#handlers.add(type, handler);
  }

  /** Removes a handler; says whether there was one of this id. */
  off(id: string): boolean {
    return this.#handlers.remove(id);
  }

  /** What happens between the two sides, as an Observable and as an async iterable; hot, completes with `close`. */
  conversationStream(): AudioStream<ConversationEvent> {
    const told$ = this.#told.asObservable();
    return iterable(told$, () => heldValues(told$, { sizeOf: () => 1, maxHeldMs: 1000 }));
  }

  /** How well it does. */
  getMetrics(): StreamMetrics {
    return this.#core.meter.read();
  }

  /** The same, as a property. */
  get metrics(): StreamMetrics {
    return this.getMetrics();
  }

  /**
   * Calls a function when a condition on a metric begins to hold. It does so again only after the metric was back, `band` beyond the limit, for `clearMs`
   * of audio. Looked at with each chunk that is processed.
   *
   * @param metric A name of `StreamMetrics`; `voiceQuality` is `voiceQualityScore`.
   * @param when `{ below }`, `{ above }`, or a function of the value.
   * @param config `band`: in the unit of the metric, default a tenth of the limit. `clearMs`: default 2000.
   * @returns A function that ends it.
   * @throws RangeError on call, when there is no such metric, or the condition is none.
   */
  onMetric(
    metric: MetricName,
    when: Limit,
    then: (value: number, metrics: StreamMetrics) => unknown,
    config: Omit<EdgeTriggerConfig, 'when'> = {},
  ): () => void {
    const name = metric === 'voiceQuality' ? 'voiceQualityScore' : metric;
    const known = Object.keys(this.metrics);
    if (!known.includes(name))
      throw new RangeError(`onMetric: metric must be one of ${known.join(', ')}, voiceQuality, got ${metric}`);
    assertLimit(when);
    assertEdgeTrigger({ when, ...config });
    const begins = edgeTrigger({ when, ...config });
    let atMs = 0;
    const check = (ms: Millis): void => {
      atMs += ms;
      const metrics = this.getMetrics();
      this.#handlers.call(() => begins(metrics[name], atMs) && then(metrics[name], metrics));
    };
    this.#alerts.add(check);
    return () => this.#alerts.delete(check);
  }

  /**
   * The microphone, as it is: a source for `stream` and `connect`. Opened on subscription, and when it is read.
   *
   * @throws AudioError `no_device` on call, when the configuration has no `microphone`; in-stream, what the microphone errors with.
   */
  captureLocal(): AudioStream<AudioFrame> {
    const { microphone, sampleRate, chunkDurationMs } = this.#settings;
    if (!microphone)
      throw new AudioError(
        'VoxStream: no microphone; give it one: new VoxStream({ microphone: capture }) with capture of rxvox/node',
        {
          code: 'no_device',
        },
      );
    const frame$ = new Observable<AudioFrame>((subscriber) =>
      microphone({ sampleRate, chunkMs: chunkDurationMs }).subscribe(subscriber),
    );
    return iterable(frame$, () => heldValues(frame$, heldFrames));
  }

  /** Audio for tests, at the configured rate; see `testAudio`. */
  generateTestAudio(config: Omit<TestAudioConfig, 'sampleRate'> = {}): AudioFrame {
    return testAudio({ ...config, sampleRate: this.#settings.sampleRate });
  }

  /** Gives back what is held: memory of enhancement, the other side's audio. Streams that run go on. */
  close(): void {
    this.#processing.close();
    this.#enhancing.close();
    this.#attached?.unsubscribe();
    this.#told.complete();
  }

  async #enhance(options: EnhancementOptions): Promise<void> {
    this.#wanted += 1;
    const turn = this.#wanted;
    const treatment = await loadEnhancement(options, {
      optimizeFor: optimizations[this.#settings.optimizeFor].enhancement,
      listen: (hear) => {
        this.#listeners.add(hear);
        return () => this.#listeners.delete(hear);
      },
      report: (event) => this.#handlers.tell('enhancement', event),
    });
    // What was asked for later may be there sooner.
    if (turn === this.#wanted) this.#core.treatment = treatment;
  }

  #converse(frame: VoiceFrame): void {
    for (const event of this.#conversation.near(frame)) {
      // Its type and its name are the same, which the compiler cannot see of a union.
      this.#handlers.tell(event.type, event as never);
      this.#told.next(event);
    }
  }

  #check(ms: Millis): void {
    for (const check of this.#alerts) check(ms);
  }

  #fail(error: unknown): void {
    this.#handlers.tell('error', { type: 'error', error });
  }
}

const assertLimit = (when: unknown): void => {
  const { below, above } = Object(when) as { readonly below?: unknown; readonly above?: unknown };
  const limit = below ?? above;
  if (typeof when === 'function' || (typeof limit === 'number' && !Number.isNaN(limit))) return;
  throw new RangeError('onMetric: when must be a function, { above: number } or { below: number }');
};
