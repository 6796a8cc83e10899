import type { VoiceFrame } from '../audio.js';
import { ConfigError } from '../errors.js';
import { type AudioSink, isSink, type Outlet, outlet } from './audio-sink.js';
import type { AudioStream } from './audio-stream.js';

/** What `connect` and `flowTo` give: a promise, and both again. */
export interface Flow<Source> extends Promise<void> {
  /** As of the stream. */
  connect(source: Source): Flow<Source>;
  /** As of the stream. */
  flowTo(sink: AudioSink): Flow<Source>;
}

/** What a continuous stream is made of. */
export interface ContinuousConfig<Source> {
  /** The audio of a source, treated and heard. */
  readonly open: (source: Source) => AudioStream<VoiceFrame>;
  /** Throws unless it is a source. */
  readonly check: (source: Source) => void;
  /** What flows when no source was connected. */
  readonly initial?: () => Source;
}

/**
 * Audio that flows from sources to sinks, no faster than the slowest sink takes it: sources one after another, each frame to all sinks. It begins when there are both, and ends
 * with the last source that was connected by then; an error of a source or of a sink ends it at once, and tells the others. What flows after that is a new stream, without the
 * sources whose turn had not come.
 */
export class ContinuousStream<Source> {
  readonly #config: ContinuousConfig<Source>;
  readonly #sources: Source[] = [];
  readonly #outlets: Outlet[] = [];
  #connected: () => void = () => undefined;
  #current: AsyncIterator<VoiceFrame> | undefined;
  #wake: () => void = () => undefined;
  #isClosed = false;
  #flowing: Promise<void> | undefined;
  #closed: Promise<unknown> | undefined;

  /** Made by `continuousStream()`. */
  constructor(config: ContinuousConfig<Source>) {
    this.#config = config;
  }

  /**
   * Lets a source flow, after those that were connected before.
   *
   * @param source Audio of any kind, an iterable, an async iterable, or an Observable of it.
   * @returns Resolves when it is connected; rejects with `ConfigError` when it is no source.
   */
  connect(source: Source): Flow<Source> {
    return this.#flow(async () => {
      this.#config.check(source);
      this.#sources.push(source);
      this.#connected();
    });
  }

  /**
   * Lets the audio flow to a sink, too. What has flown already is not repeated.
   *
   * @returns Resolves when all sources have ended and the sink has taken it all; rejects with the error that ended the flow, of whatever source or
   * sink, and with `ConfigError` when it is no sink.
   */
  flowTo(sink: AudioSink): Flow<Source> {
    return this.#flow(() => {
      if (!isSink(sink))
        throw new ConfigError('continuousStream: flowTo: must be a function, a WritableStream or an observer', {
          code: 'invalid_config',
        });
      this.#outlets.push(outlet(sink));
      this.#flowing ??= this.#run();
      return this.#flowing;
    });
  }

  /** Ends the flow where it is: sources are left, sinks closed, promises resolved. Resolves when that is done. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#connected();
    this.#current?.return?.().catch(() => undefined);
    this.#wake();
    await Promise.allSettled([this.#flowing, this.#closed]);
  }

  /** `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Not looked at before it is asked for: a rejection that nobody handles would end the process. */
  #flow(act: () => Promise<void>): Flow<Source> {
    const promise = new Promise<void>((resolve) => resolve(act()));
    promise.catch(() => undefined);
    return Object.assign(promise, {
      connect: (source: Source) => this.connect(source),
      flowTo: (sink: AudioSink) => this.flowTo(sink),
    });
  }

  async #run(): Promise<void> {
    let closing: readonly Outlet[] = [];
    try {
      for (let source = await this.#first(); source; source = this.#next()) await this.#drain(source);
      closing = this.#ended();
      this.#closed = Promise.all(closing.map((each) => each.close()));
      await this.#closed;
    } catch (error) {
      this.#current = undefined;
      if (closing.length === 0) {
        this.#sources.length = 0;
        closing = this.#ended();
      }
      this.#closed = Promise.allSettled(closing.map((each) => each.abort(error)));
      await this.#closed;
      throw error;
    }
  }

  /** Those to which it flowed. What one of them connects when it is told flows anew. */
  #ended(): readonly Outlet[] {
    this.#flowing = undefined;
    return this.#outlets.splice(0);
  }

  async #first(): Promise<AudioStream<VoiceFrame> | undefined> {
    // Sinks and sources of the same chain come first.
    await Promise.resolve();
    if (this.#sources.length === 0 && this.#config.initial) this.#sources.push(this.#config.initial());
    if (this.#sources.length === 0 && !this.#isClosed) {
      await new Promise<void>((resolve) => {
        this.#connected = resolve;
      });
    }
    return this.#next();
  }

  #next(): AudioStream<VoiceFrame> | undefined {
    const source = this.#isClosed ? undefined : this.#sources.shift();
    return source === undefined ? undefined : this.#config.open(source);
  }

  async #drain(source: AudioStream<VoiceFrame>): Promise<void> {
    const frames = source[Symbol.asyncIterator]();
    this.#current = frames;
    let step: IteratorResult<VoiceFrame> | undefined;
    try {
      for (step = await this.#read(frames); step && !step.done && !this.#isClosed; step = await this.#read(frames)) {
        const { value } = step;
        await Promise.all(this.#outlets.map((each) => each.write(value)));
      }
    } finally {
      // Where a sink failed, the source is still open.
      if (step) await frames.return?.();
    }
  }

  /** The next frame; nothing when it is closed meanwhile. A generator that waits itself is left only when it has what it waits for. */
  #read(frames: AsyncIterator<VoiceFrame>): Promise<IteratorResult<VoiceFrame> | undefined> {
    return new Promise((resolve, reject) => {
      this.#wake = () => resolve(undefined);
      frames.next().then(resolve, reject);
    });
  }
}
