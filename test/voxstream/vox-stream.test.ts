import fc from 'fast-check';
import { Subject } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { type AudioFrame, durationOf } from '../../src/audio.js';
import { levelOf } from '../../src/dsp/level.js';
import { silero } from '../../src/dsp/silero/silero.js';
import { testAudio } from '../../src/dsp/test-audio.js';
import type { AudioError } from '../../src/errors.js';
import type { RawAudio } from '../../src/voxstream/raw-audio.js';
import type { StreamConfig } from '../../src/voxstream/stream-config.js';
import { VoxStream } from '../../src/voxstream/vox-stream.js';
import { bytesOf, cut, framesOf, joinedBytes, utterance } from './audio-of.js';

const speech = testAudio({ durationMs: 1000 });
const silence = testAudio({ durationMs: 1000, pattern: 'silence' });

/** Everything that a stream is told, in chunks of 20 ms. */
const tell = (stream: VoxStream, audio: AudioFrame): void => {
  for (const chunk of framesOf(audio)) stream.detectVoice(stream.process(chunk));
};

describe('process', () => {
  it('gives speech in which detectVoice hears speech', () => {
    const stream = new VoxStream();
    const process = (audio: AudioFrame): AudioFrame => stream.process(audio);
    const detectVoice = (audio: AudioFrame): string => stream.detectVoice(audio);
    const generateTestAudio = (config: { readonly pattern: 'speech' }): AudioFrame => stream.generateTestAudio(config);

    expect(detectVoice(process(generateTestAudio({ pattern: 'speech' }))) === 'speech').toBe(true);
  });

  it('gives the kind of audio that it is given', () => {
    const stream = new VoxStream();
    const voice = { ...speech, vad: 'speech', level: 0.1 } as const;
    expect(stream.process(bytesOf(speech))).toBeInstanceOf(Uint8Array);
    expect(stream.process(speech.samples)).toBeInstanceOf(Int16Array);
    expect(stream.process(voice)).toEqual(voice);
  });

  it.each<StreamConfig>([
    {},
    { channels: 2 },
    { format: 'float32' },
    { format: 'float32', channels: 2 },
    { format: 'pcm8' },
    { format: 'mulaw' },
    { format: 'alaw', channels: 2 },
  ])('carries what is no whole sample over to the next call: %j', (config) => {
    const bytes = bytesOf(testAudio({ durationMs: 30, pattern: 'tone' }));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 99 }), { minLength: 1 }), (sizes) => {
        const stream = new VoxStream({ config });
        const processed = joinedBytes(cut(bytes, sizes).map((part) => stream.process(part)));
        expect(processed).toEqual(new VoxStream({ config }).process(bytes));
        expect(bytes.length - processed.length).toBeLessThan(8);
      }),
      { numRuns: 20 },
    );
  });

  it('does not touch audio that is not to be enhanced', () => {
    const stream = new VoxStream();
    const bytes = bytesOf(speech);
    expect(stream.process(bytes)).toBe(bytes);
    expect(stream.process(speech)).toBe(speech);
  });

  it.each([null, undefined, 'audio', 7, {}, [1, 2], { samples: [1, 2] }, new Float32Array(3)])('refuses %j', (audio) => {
    const stream = new VoxStream();
    const codeOf = (act: () => unknown): string | undefined => {
      try {
        act();
      } catch (error) {
        return (error as AudioError).code;
      }
      return undefined;
    };
    expect(codeOf(() => stream.process(audio as RawAudio))).toBe('format_mismatch');
    expect(codeOf(() => stream.detectVoice(audio as RawAudio))).toBe('format_mismatch');
    expect(codeOf(() => stream.getLevel(audio as RawAudio))).toBe('format_mismatch');
  });

  it('takes chunks of any length, none at all, and extreme values', () => {
    const stream = new VoxStream();
    const extreme = Int16Array.from({ length: 480 }, (_, i) => (i % 2 ? 32_767 : -32_768));
    for (const length of [0, 1, 7, 480, 4800])
      expect(stream.process(extreme.subarray(0, length))).toHaveLength(Math.min(480, length));
  });
});

describe('detectVoice', () => {
  it('hears speech begin and end, in bytes, samples and frames', () => {
    const audio = utterance(200, speech, 1000);
    const statesOf = (chunks: readonly RawAudio[]): readonly string[] => {
      const stream = new VoxStream();
      return chunks.map((chunk) => stream.detectVoice(chunk)).filter((state, i, states) => state !== states[i - 1]);
    };
    const states = statesOf(framesOf(audio));
    expect(states[0]).toBe('silence');
    expect(states).toContain('speech');
    expect(states.at(-1)).toBe('silence');
    expect(statesOf(cut(audio.samples, [480]))).toEqual(states);
    expect(statesOf(cut(bytesOf(audio), [960]))).toEqual(states);
  });

  it('takes two channels for the mean of both', () => {
    const stereo = Int16Array.from(
      { length: 2 * speech.samples.length },
      (_, i) => (speech.samples[i >> 1] as number) * (i % 2 ? 1 : -1),
    );
    expect(new VoxStream({ config: { channels: 2 } }).detectVoice(stereo)).toBe('silence');
    expect(new VoxStream({ config: { channels: 1 } }).detectVoice(stereo)).toBe('speech');
  });

  it('refuses half a sample of two channels', async () => {
    const stream = new VoxStream({ config: { channels: 2 } });
    const mismatch = { code: 'format_mismatch' };
    expect(() => stream.process(new Int16Array(3))).toThrow(expect.objectContaining(mismatch));
    await expect(stream.prepareForAi(new Int16Array(3), { provider: 'openai' })).rejects.toMatchObject(mismatch);
  });

  it('needs speechStartMs of sound, and speechEndMs of quiet', () => {
    const stream = new VoxStream();
    const chunksUntil = (state: string, audio: AudioFrame): number => {
      let chunks = 0;
      for (const chunk of framesOf(audio)) {
        chunks += 1;
        if (stream.detectVoice(chunk) === state) return chunks;
      }
      return Number.NaN;
    };
    const tone = testAudio({ pattern: 'tone' });
    const after = { ...silence, position: 24_000 };
    expect(chunksUntil('speech', tone)).toBe(5);
    for (const chunk of framesOf(tone).slice(5)) stream.detectVoice(chunk);
    expect(chunksUntil('silence', after)).toBe(35);

    stream.configureVad({ speechStartMs: 40, speechEndMs: 200 });
    expect(chunksUntil('speech', tone)).toBe(2);
    for (const chunk of framesOf(tone).slice(2)) stream.detectVoice(chunk);
    expect(chunksUntil('silence', after)).toBe(10);
  });

  it('hears less the lower the sensitivity', () => {
    const quiet = { ...speech, samples: speech.samples.map((sample) => sample / 3) };
    const heardAt = (sensitivity: number): string => {
      const stream = new VoxStream();
      stream.configureVad({ sensitivity });
      return stream.detectVoice(quiet);
    };
    expect([heardAt(0.7), heardAt(0)]).toEqual(['speech', 'silence']);
  });

  it('hears no speech in silence and noise', () => {
    for (const pattern of ['silence', 'noise'] as const)
      for (const seed of [1, 2, 3]) {
        const stream = new VoxStream();
        expect(stream.detectVoice(stream.generateTestAudio({ durationMs: 3000, pattern, seed }))).not.toMatch(/^speech$|ending/);
        expect(stream.metrics.speakingDurationMs).toBe(0);
      }
  });

  it('asks a model when it is given one', () => {
    const stream = new VoxStream();
    stream.configureVad({ model: () => 1, speechStartMs: 0 });
    expect(stream.detectVoice(silence)).toBe('speech');
  });

  it('hears speech with silero, and none in a tone', async () => {
    const stream = new VoxStream();
    stream.configureVad({ model: await silero() });
    expect(stream.detectVoice(stream.process(stream.generateTestAudio({ durationMs: 3000 })))).toBe('speech');
    expect(stream.detectVoice(stream.generateTestAudio({ pattern: 'tone' }))).toBe('silence');
  });
});

describe('isSpeaking', () => {
  it('is true from speech to the end of its quiet', () => {
    const stream = new VoxStream();
    const seen = framesOf(utterance(200, testAudio({ durationMs: 1000, pattern: 'tone' }), 1000)).map((chunk) => {
      stream.detectVoice(chunk);
      return stream.isSpeaking;
    });
    expect(seen.indexOf(true)).toBe(14);
    expect(seen.lastIndexOf(true)).toBe(93);
  });
});

describe('getPreSpeechBuffer', () => {
  it('has what was heard before the chunk that became speech: 300 ms, and the beginning of the speech', () => {
    const stream = new VoxStream();
    const audio = utterance(1000, testAudio({ durationMs: 1000, pattern: 'tone' }), 1000);
    const chunks = framesOf(audio);
    const first = chunks.find((chunk) => stream.detectVoice(chunk) === 'speech');
    // 1000 ms of silence and 100 ms until it is sure, of which the last 20 are the chunk itself.
    expect(first?.position).toBe(1080 * 24);
    const buffer = stream.getPreSpeechBuffer();
    expect(buffer).toEqual({ samples: audio.samples.slice(700 * 24, 1080 * 24), sampleRate: 24_000, position: 700 * 24 });
  });

  it('has what was heard, though its memory is used again', () => {
    const stream = new VoxStream();
    const samples = new Int16Array(480);
    for (const value of [1, 2, 3]) stream.detectVoice(samples.fill(value));
    expect(new Set(stream.getPreSpeechBuffer().samples)).toEqual(new Set([1, 2, 3]));
  });

  it('is as long as preSpeechBufferMs says', () => {
    const stream = new VoxStream();
    stream.configureVad({ preSpeechBufferMs: 50, speechStartMs: 0 });
    for (const chunk of framesOf(utterance(500, speech, 0))) if (stream.detectVoice(chunk) === 'speech') break;
    const { samples, sampleRate } = stream.getPreSpeechBuffer();
    expect(durationOf(samples.length, sampleRate)).toBe(50);
  });

  it('is empty at first', () => {
    expect(new VoxStream().getPreSpeechBuffer().samples).toHaveLength(0);
  });
});

describe('getLevel', () => {
  it('is the root mean square, of bytes, samples and frames', () => {
    const stream = new VoxStream();
    const level = levelOf(speech.samples);
    expect([bytesOf(speech), speech.samples, speech].map((audio) => stream.getLevel(audio))).toEqual([level, level, level]);
  });
});

describe('getMetrics', () => {
  it('counts the speech', () => {
    const stream = new VoxStream();
    tell(stream, utterance(500, testAudio({ durationMs: 1000, pattern: 'tone' }), 500));
    // All but the 100 ms in which it was not sure.
    expect(stream.getMetrics().speakingDurationMs).toBe(920);
    expect(stream.metrics).toEqual(stream.getMetrics());
  });

  it('tells how long processing takes', () => {
    const stream = new VoxStream();
    tell(stream, speech);
    expect(stream.metrics.latencyMs).toBeGreaterThan(0);
    expect(stream.metrics.latencyMs).toBeLessThan(20);
  });

  it('counts what is missing, and forgets it', () => {
    const stream = new VoxStream();
    const chunks = framesOf(testAudio({ durationMs: 10_000, pattern: 'silence' }));
    for (const chunk of chunks.filter((_, i) => i % 10 !== 9)) stream.process(chunk);
    expect(stream.metrics.packetLossPercent).toBeCloseTo(10, 0);
    for (const chunk of framesOf({ ...testAudio({ durationMs: 60_000, pattern: 'silence' }), position: 240_000 }))
      stream.process(chunk);
    expect(stream.metrics.packetLossPercent).toBeLessThan(1);
  });

  it('misses nothing of streams that run side by side', () => {
    const stream = new VoxStream();
    const sources = [new Subject<AudioFrame>(), new Subject<AudioFrame>()];
    for (const source of sources) stream.stream(source).subscribe();
    framesOf(speech).forEach((chunk) => {
      sources[0]?.next({ ...chunk, position: chunk.position + 24_000 });
      sources[1]?.next(chunk);
    });
    expect(stream.metrics.packetLossPercent).toBe(0);
  });

  it('scores the quality of the voice: noise, clipping and loss cost', () => {
    const scoreOf = (audio: AudioFrame, isLossy = false): number => {
      const stream = new VoxStream();
      for (const chunk of framesOf(audio).filter((_, i) => !isLossy || i % 5 > 0)) stream.process(chunk);
      return stream.metrics.voiceQualityScore;
    };
    const talk = testAudio({ durationMs: 8000, pattern: 'speech' });
    const noise = testAudio({ durationMs: 8000, pattern: 'noise' });
    const noisy = { ...talk, samples: talk.samples.map((sample, i) => sample + 6 * (noise.samples[i] ?? 0)) };
    const clipped = { ...talk, samples: talk.samples.map((sample) => Math.max(-32_768, Math.min(32_767, sample * 20))) };
    const good = scoreOf(talk);
    expect(good).toBeGreaterThan(0.7);
    expect(good).toBeLessThanOrEqual(1);
    for (const bad of [scoreOf(noisy), scoreOf(clipped), scoreOf(talk, true)]) expect(bad).toBeLessThan(good * 0.8);
  });

  it('takes another recording for no loss', () => {
    const stream = new VoxStream();
    for (const position of [0, 24_000 * 3600, 0]) stream.process({ ...speech, position });
    expect(stream.metrics.packetLossPercent).toBe(0);
  });
});

describe('onMetric', () => {
  const lossy = (stream: VoxStream, ...gaps: readonly number[]): void => {
    for (const gap of gaps) {
      position += gap * 480;
      stream.process({ samples: new Int16Array(480), sampleRate: 24_000, position });
      position += 480;
    }
  };
  let position = 0;
  const good = (chunks: number): number[] => new Array<number>(chunks).fill(0);

  it('calls once when a limit is crossed, and again only after the metric was back by the hysteresis', () => {
    const stream = new VoxStream();
    const then = vi.fn();
    stream.onMetric('packetLossPercent', { above: 20 }, then, { band: 15, clearMs: 100 });
    lossy(stream, ...good(50));
    expect(then).toHaveBeenCalledTimes(0);
    lossy(stream, ...new Array<number>(50).fill(1));
    expect(then).toHaveBeenCalledTimes(1);
    expect(then).toHaveBeenCalledWith(
      expect.closeTo(20.5, 0),
      expect.objectContaining({ packetLossPercent: expect.closeTo(20.5, 0) }),
    );
    // Below the limit, but not by the band.
    lossy(stream, ...good(400), ...new Array<number>(50).fill(1));
    expect(then).toHaveBeenCalledTimes(1);
    lossy(stream, ...good(3000), ...new Array<number>(250).fill(1));
    expect(then).toHaveBeenCalledTimes(2);
  });

  it('takes voiceQuality for voiceQualityScore', () => {
    const stream = new VoxStream();
    const then = vi.fn();
    stream.onMetric('voiceQuality', { above: -1 }, then);
    stream.process(silence);
    expect(then).toHaveBeenCalledWith(stream.metrics.voiceQualityScore, stream.metrics);
  });

  it('ends when it is told to', () => {
    const stream = new VoxStream();
    const then = vi.fn();
    stream.onMetric('voiceQuality', () => true, then)();
    stream.process(silence);
    expect(then).not.toHaveBeenCalled();
  });

  it('refuses a metric that there is not, and what is no condition', () => {
    const stream = new VoxStream();
    expect(() => stream.onMetric('jitter' as 'latencyMs', () => true, vi.fn())).toThrow(
      new RangeError(
        'onMetric: metric must be one of latencyMs, voiceQualityScore, packetLossPercent, speakingDurationMs, voiceQuality, got jitter',
      ),
    );
    for (const when of [null, undefined, 5, {}, { above: 'x' }, { below: Number.NaN }])
      expect(() => stream.onMetric('latencyMs', when as never, vi.fn())).toThrow(/^onMetric: when must be/);
  });

  it('tells what a function of the application throws, and goes on', async () => {
    const stream = new VoxStream();
    const failures: unknown[] = [];
    stream.on('error', ({ error }) => failures.push(error));
    stream.onMetric('latencyMs', { above: -1 }, () => {
      throw new Error('then');
    });
    stream.onMetric('latencyMs', { above: -1 }, () => Promise.reject(new Error('later')));
    expect(stream.process(silence)).toBe(silence);
    await vi.waitFor(() => expect(failures).toEqual([new Error('then'), new Error('later')]));
  });
});
