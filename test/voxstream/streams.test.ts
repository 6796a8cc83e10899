import { EMPTY, from, NEVER, Observable, of, Subject, throwError } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { type AudioFrame, endOf, type VoiceFrame } from '../../src/audio.js';
import { testAudio } from '../../src/dsp/test-audio.js';
import type { AudioError, ConfigError } from '../../src/errors.js';
import { TestMode } from '../../src/voxstream/conversation-mode.js';
import type { RawAudio } from '../../src/voxstream/raw-audio.js';
import type { AudioInput } from '../../src/voxstream/stream-source.js';
import { VoxStream } from '../../src/voxstream/vox-stream.js';
import { all, bytesOf, cut, framesOf, joinedSamples } from './audio-of.js';

const speech = testAudio({ durationMs: 1000 });
const tagOf = (error: unknown): string => `${(error as ConfigError)._tag} ${(error as AudioError).code}`;
const thrown = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    return tagOf(error);
  }
  return 'nothing';
};

/** A source that counts how often it is read, and whether it is left. */
const counted = (chunks: readonly RawAudio[]) => {
  const told = { read: 0, left: 0 };
  const source: AsyncIterable<RawAudio> = {
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        const value = chunks[told.read];
        told.read += 1;
        return value === undefined ? { done: true, value } : { done: false, value };
      },
      return: async () => {
        told.left += 1;
        return { done: true, value: undefined };
      },
    }),
  };
  return { source, told };
};
/** Lets promises run. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

describe('stream', () => {
  const sources: Readonly<Record<string, () => AudioInput>> = {
    bytes: () => bytesOf(speech),
    samples: () => speech.samples,
    'a frame': () => speech,
    'an iterable': () => cut(bytesOf(speech), [333, 1]),
    'an async iterable': () => counted(cut(speech.samples, [77])).source,
    'an Observable': () => from(framesOf(speech, 35)),
  };

  it.each(Object.keys(sources))('gives chunks of chunkDurationMs that were heard, of %s', async (kind) => {
    const stream = new VoxStream();
    const read = await all(stream.stream(sources[kind]?.() ?? []));
    const subscribed: VoiceFrame[] = [];
    await new VoxStream().stream(sources[kind]?.() ?? []).forEach((chunk) => void subscribed.push(chunk));

    expect(subscribed).toEqual(read);
    expect(read.map(({ samples }) => samples.length)).toEqual(new Array(50).fill(480));
    expect(joinedSamples(read)).toEqual(speech.samples);
    expect(read.slice(1).every((chunk, i) => chunk.position === endOf(read[i] as AudioFrame))).toBe(true);
    expect(read.map(({ vad }) => vad)).toContain('speech');
    expect(stream.isSpeaking).toBe(true);
    expect(stream.metrics.speakingDurationMs).toBeGreaterThan(0);
  });

  it('fills the last chunk up with silence', async () => {
    const [first, ...others] = await all(new VoxStream().stream(new Int16Array(100).fill(1)));
    expect(others).toEqual([]);
    expect(first?.samples).toEqual(Int16Array.from({ length: 480 }, (_, i) => (i < 100 ? 1 : 0)));
  });

  const [bytes, samples] = [new Uint8Array(1000), new Int16Array(500)];
  it.each<[string, (value: number) => RawAudio]>([
    ['bytes', (value) => bytes.fill(value)],
    ['samples', (value) => samples.fill(257 * value)],
  ])('keeps the sound of %s whose memory is used again', async (_, filled) => {
    const source = {
      *[Symbol.iterator]() {
        for (const value of [1, 2, 3]) yield filled(value);
      },
    };
    const expected = Int16Array.from({ length: 1500 }, (_value, i) => 257 * (1 + Math.floor(i / 500)));
    expect(joinedSamples(await all(new VoxStream().stream(source))).subarray(0, 1500)).toEqual(expected);
  });

  it('begins anew with each subscription', async () => {
    const stream = new VoxStream().stream(speech);
    expect(await all(stream)).toEqual(await all(stream));
  });

  it('reads an iterable no faster than it is read itself, and leaves it when it is left', async () => {
    const { source, told } = counted(framesOf(speech));
    for await (const chunk of new VoxStream().stream(source)) {
      await settle();
      expect(told.read).toBe(1 + chunk.position / 480);
      if (told.read === 3) break;
    }
    expect(told).toEqual({ read: 3, left: 1 });
  });

  it('reads all of a stream of an iterable, however long it is', async () => {
    const stream = new VoxStream();
    const long = stream.createStream(new Int16Array(24_000 * 70));
    expect(await all(stream.stream(long))).toHaveLength(3500);
    expect(await all(stream.prepareForAi(stream.stream(long), { provider: 'openai' }))).toHaveLength(3500);
  });

  it('holds what an Observable emits meanwhile, the newest minute of it', async () => {
    const frames = new Subject<AudioFrame>();
    const reading = new VoxStream().stream(frames)[Symbol.asyncIterator]();
    for (const chunk of framesOf(testAudio({ durationMs: 61_000, pattern: 'silence' }), 100)) frames.next(chunk);
    frames.complete();
    const positions: number[] = [];
    for (let step = await reading.next(); !step.done; step = await reading.next()) positions.push(step.value.position);
    expect(positions).toHaveLength(3000);
    expect(positions[0]).toBe(24_000);
  });

  it('leaves an Observable when it is left, also while it waits', async () => {
    let open = 0;
    const source = new Observable<RawAudio>(() => {
      open += 1;
      return () => {
        open -= 1;
      };
    });
    const reading = new VoxStream().stream(source)[Symbol.asyncIterator]();
    const waiting = reading.next();
    expect(open).toBe(1);
    await reading.return?.();
    expect(open).toBe(0);
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(await reading.next()).toEqual({ done: true, value: undefined });
  });

  it('tells an error of its source once', async () => {
    const failure = new Error('source');
    const reading = new VoxStream().stream(throwError(() => failure))[Symbol.asyncIterator]();
    await expect(reading.next()).rejects.toBe(failure);
    expect(await reading.next()).toEqual({ done: true, value: undefined });
  });

  it('errors on what is no audio, and on another rate', async () => {
    const failed = (source: AudioInput): Promise<string> => all(new VoxStream().stream(source)).then(() => 'nothing', tagOf);
    expect(await failed(['audio'] as never)).toBe('AudioError format_mismatch');
    expect(await failed(of('audio') as never)).toBe('AudioError format_mismatch');
    expect(await failed([speech, testAudio({ sampleRate: 8000 })])).toBe('AudioError format_mismatch');
  });

  it.each([null, undefined, 7, 'audio', () => speech, {}])('refuses %s for a source', (source) => {
    expect(thrown(() => new VoxStream().stream(source as never))).toBe('ConfigError invalid_config');
  });
});

describe('createStream', () => {
  it('cuts a buffer into chunks, as it is', async () => {
    const stream = new VoxStream({ config: { chunkDurationMs: 50 } });
    const chunks = await all(stream.createStream(bytesOf(speech)));
    expect(chunks).toEqual(framesOf(speech, 50));
    expect(stream.metrics.speakingDurationMs).toBe(0);
    expect(thrown(() => stream.createStream([speech] as never))).toBe('ConfigError invalid_config');
  });
});

describe('captureLocal', () => {
  it('opens the microphone of the configuration, on subscription', async () => {
    const microphone = vi.fn(() => from(framesOf(speech)));
    const stream = new VoxStream({ config: { sampleRate: 16_000 }, optimizeFor: 'latency', microphone });
    const heard = stream.captureLocal();
    expect(microphone).not.toHaveBeenCalled();
    expect(await all(heard)).toEqual(framesOf(speech));
    expect(microphone).toHaveBeenCalledWith({ sampleRate: 16_000, chunkMs: 10 });
  });

  it('says what to do where there is none', () => {
    expect(() => new VoxStream().captureLocal()).toThrow(/no microphone; give it one: new VoxStream\({ microphone: capture }\)/);
  });
});

describe('continuousStream', () => {
  it('flows from a source to a sink, awaited in a chain', async () => {
    const heard: VoiceFrame[] = [];
    await new VoxStream()
      .continuousStream()
      .connect(bytesOf(speech))
      .flowTo((chunk) => heard.push(chunk));
    expect(joinedSamples(heard)).toEqual(speech.samples);
    expect(heard.map(({ vad }) => vad)).toContain('speech');
  });

  it('flows awaited step by step, too', async () => {
    const heard: VoiceFrame[] = [];
    const flow = new VoxStream().continuousStream();
    await flow.connect(speech);
    await flow.flowTo((chunk) => heard.push(chunk));
    expect(joinedSamples(heard)).toEqual(speech.samples);
  });

  it('flows from sources one after another, to all sinks', async () => {
    const heard: number[][] = [[], []];
    await new VoxStream()
      .continuousStream()
      .connect(new Int16Array(480).fill(1))
      .connect(of(new Int16Array(480).fill(2)))
      .flowTo(({ samples }) => heard[0]?.push(samples[0] ?? 0))
      .flowTo(({ samples }) => heard[1]?.push(samples[0] ?? 0));
    expect(heard).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  it('waits for the first source when the sink comes first', async () => {
    const heard: VoiceFrame[] = [];
    const flow = new VoxStream().continuousStream();
    const flown = flow.flowTo((chunk) => heard.push(chunk));
    await settle();
    await flow.connect(speech);
    await flown;
    expect(heard).toHaveLength(50);
  });

  it('takes no more from a source than the slowest sink has taken', async () => {
    const { source, told } = counted(framesOf(speech));
    let take = (): void => undefined;
    let taken = 0;
    const flown = new VoxStream()
      .continuousStream()
      .connect(source)
      .flowTo(() => undefined)
      .flowTo(() => {
        taken += 1;
        return new Promise<void>((resolve) => {
          take = resolve;
        });
      });
    for (let i = 1; i <= 3; i++) {
      await settle();
      expect({ taken, read: told.read }).toEqual({ taken: i, read: i });
      take();
    }
    void flown;
  });

  it('flows to observers and writable streams, and closes them at the end', async () => {
    const observer = { next: vi.fn(), complete: vi.fn(), error: vi.fn() };
    const written: VoiceFrame[] = [];
    const closed = vi.fn();
    const writable = new WritableStream<VoiceFrame>({ write: (chunk) => void written.push(chunk), close: closed });
    await new VoxStream().continuousStream().connect(speech).flowTo(observer).flowTo(writable);
    expect(observer.next).toHaveBeenCalledTimes(50);
    expect(observer.complete).toHaveBeenCalledTimes(1);
    expect(observer.error).not.toHaveBeenCalled();
    expect(written).toHaveLength(50);
    expect(closed).toHaveBeenCalledTimes(1);
  });

  it('flows anew from what a sink connects when it is closed', async () => {
    const flow = new VoxStream().continuousStream();
    const heard: VoiceFrame[] = [];
    let again: Promise<void> | undefined;
    const complete = (): void => {
      again = flow.connect(speech).flowTo((chunk) => heard.push(chunk));
    };
    await flow.connect(speech).flowTo({ next: () => undefined, complete });
    await again;
    expect(heard).toHaveLength(50);
  });

  it('rejects with the error of its source, and tells it to the sinks', async () => {
    const failure = new Error('source');
    const observer = { next: vi.fn(), error: vi.fn() };
    const flow = new VoxStream().continuousStream();
    await expect(flow.connect(throwError(() => failure)).flowTo(observer)).rejects.toBe(failure);
    expect(observer.error).toHaveBeenCalledWith(failure);
  });

  it('is a new stream after an error: what was still to flow is forgotten', async () => {
    const flow = new VoxStream().continuousStream();
    const gone = flow
      .connect(throwError(() => new Error('gone')))
      .connect(speech)
      .flowTo(() => undefined);
    await expect(gone).rejects.toThrow('gone');
    const heard: VoiceFrame[] = [];
    await flow.connect(speech).flowTo((chunk) => heard.push(chunk));
    expect(heard).toHaveLength(50);
  });

  it('rejects with the error of a sink, tells it to the others, and leaves the source', async () => {
    const failure = new Error('sink');
    const observer = { next: vi.fn(), error: vi.fn() };
    const { source, told } = counted(framesOf(speech));
    const flow = new VoxStream().continuousStream().connect(source).flowTo(observer);
    await expect(flow.flowTo(() => Promise.reject(failure))).rejects.toBe(failure);
    await expect(flow).rejects.toBe(failure);
    expect(observer.error).toHaveBeenCalledWith(failure);
    expect(told).toEqual({ read: 1, left: 1 });
  });

  it('rejects what is no source and no sink, and goes on', async () => {
    const flow = new VoxStream().continuousStream();
    expect(await flow.connect(7 as never).then(() => 'nothing', tagOf)).toBe('ConfigError invalid_config');
    expect(await flow.flowTo(7 as never).then(() => 'nothing', tagOf)).toBe('ConfigError invalid_config');
    await flow.connect(speech).flowTo(() => undefined);
  });

  it('ends where it is when it is closed', async () => {
    let left = 0;
    const source = new Observable<RawAudio>((subscriber) => {
      subscriber.next(speech.samples);
      return () => {
        left += 1;
      };
    });
    const observer = { next: vi.fn(), complete: vi.fn() };
    const flow = new VoxStream().continuousStream();
    const flown = flow.connect(source).flowTo(observer);
    await settle();
    await flow.close();
    await flown;
    expect(left).toBe(1);
    expect(observer.next).toHaveBeenCalledTimes(50);
    expect(observer.complete).toHaveBeenCalledTimes(1);
  });

  it('closes while it waits for a source that says nothing', async () => {
    const quiet: AsyncIterable<RawAudio> = {
      async *[Symbol.asyncIterator]() {
        yield speech.samples;
        await new Promise(() => undefined);
      },
    };
    const observer = { next: vi.fn(), complete: vi.fn() };
    const flow = new VoxStream().continuousStream();
    const flown = flow.connect(quiet).flowTo(observer);
    await settle();
    await flow.close();
    await flown;
    expect(observer.next).toHaveBeenCalledTimes(50);
    expect(observer.complete).toHaveBeenCalledTimes(1);
  });

  it('closes where nothing was ever connected', async () => {
    const flow = new VoxStream().continuousStream();
    const flown = flow.flowTo(() => undefined);
    await settle();
    await flow.close();
    await flown;
  });

  it('flows from the microphone in LOCAL_MIC, when nothing else was connected', async () => {
    const heard: VoiceFrame[] = [];
    const stream = new VoxStream({ mode: TestMode.LOCAL_MIC, microphone: () => from(framesOf(speech)) });
    await stream.continuousStream().flowTo((chunk) => heard.push(chunk));
    expect(heard).toHaveLength(50);
    heard.length = 0;
    await stream
      .continuousStream()
      .connect(EMPTY)
      .flowTo((chunk) => heard.push(chunk));
    expect(heard).toHaveLength(0);
  });

  it('lets nobody wait for a promise that was not asked for', async () => {
    void new VoxStream()
      .continuousStream()
      .connect(throwError(() => new Error('nobody looks')))
      .flowTo(() => undefined);
    void new VoxStream().continuousStream().connect(NEVER);
    await settle();
  });
});
