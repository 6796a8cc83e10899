import { concat, EMPTY, from, lastValueFrom, map, NEVER, of, Subject, take, throwError, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { neuralVad } from '../../../operators/audio/neuralVad.js';
import { speechEvents } from '../../../operators/speechEvents.js';
import { vad } from '../../../operators/vad.js';
import { type AudioFrame, durationOf, type VoiceFrame } from '../../../src/audio.js';
import { silero } from '../../../src/dsp/silero/silero.js';
import { framesOf, joined, noise, question, resampled } from '../../dsp/silero/sound.js';
import { marbles } from '../../marbles.js';

const told = async (): Promise<readonly AudioFrame[]> => {
  const pause = new Int16Array(16_000);
  return framesOf(joined(pause, await question(), pause), 16_000, [320]);
};
const states = (voices: readonly VoiceFrame[]): readonly string[] => voices.map((voice) => voice.vad);

describe('neuralVad', () => {
  it('is vad with the network as its model', async () => {
    const frames = await told();
    const [own, model] = [neuralVad(), vad({ model: await silero() })];
    const [heard, expected] = await Promise.all(
      [own, model].map((detect) => lastValueFrom(from(frames).pipe(detect, toArray()))),
    );
    expect(heard).toEqual(expected);
    expect(new Set(states(heard ?? []))).toEqual(new Set(['silence', 'speech_starting', 'speech', 'speech_ending']));
    expect(heard?.[0]?.samples).toBe(frames[0]?.samples);
  });

  it.each([8000, 16_000, 24_000, 44_100, 48_000])('finds a question where it is, at %i Hz', async (rate) => {
    const pause = new Int16Array(16_000);
    const samples = await resampled(joined(pause, await question(), pause), 16_000, rate);
    const edges = await lastValueFrom(
      from(framesOf(samples, rate, [rate / 50])).pipe(
        neuralVad(),
        speechEvents(),
        map((event) => ({ type: event.type, ms: 'position' in event ? durationOf(event.position, rate) : 0 })),
        toArray(),
      ),
    );
    const started = edges.filter(({ type }) => type === 'speech.started');
    const stopped = edges.filter(({ type }) => type === 'speech.stopped');
    expect([started.length, stopped.length]).toEqual([1, 1]);
    // After the second of silence, the recording has half a second of its own.
    expect(started[0]?.ms).toBeGreaterThan(1450);
    expect(started[0]?.ms).toBeLessThan(1580);
    expect(stopped[0]?.ms).toBeGreaterThan(3800);
  });

  it('hears no speech in loud noise, where vad without it does', async () => {
    const frames = framesOf(noise(48_000, 4000), 16_000, [320]);
    const [neural, energy] = await Promise.all(
      [neuralVad(), vad()].map((detect) => lastValueFrom(from(frames).pipe(detect, toArray()))),
    );
    expect(states(neural ?? [])).not.toContain('speech');
    expect(states(energy ?? [])).toContain('speech');
  });

  it('takes a sensitivity for its threshold, and a threshold ahead of it', async () => {
    const frames = framesOf(joined(new Int16Array(8000), await question()), 16_000, [320]);
    const speech = async (config: Parameters<typeof neuralVad>[0]) =>
      states(await lastValueFrom(from(frames).pipe(neuralVad(config), toArray()))).filter((state) => state === 'speech').length;
    const [deaf, usual, keen] = [await speech({ sensitivity: 0 }), await speech({}), await speech({ sensitivity: 1 })];
    expect(deaf).toBeLessThan(usual);
    expect(usual).toBeLessThan(keen);
    expect(await speech({ sensitivity: 0, threshold: 0.5 })).toBe(usual);
  });

  it('holds what comes while the network loads, in order, and completes after it', async () => {
    const frames = (await told()).slice(0, 10);
    const heard = await lastValueFrom(concat(from(frames), EMPTY).pipe(neuralVad(), toArray()));
    expect(heard.map(({ position }) => position)).toEqual(frames.map(({ position }) => position));
  });

  it('emits at once when the network is there', async () => {
    const [first, second] = await told();
    const source = new Subject<AudioFrame>();
    const heard: VoiceFrame[] = [];
    const subscription = source.pipe(neuralVad()).subscribe((voice) => heard.push(voice));
    const loaded = lastValueFrom(source.pipe(neuralVad(), take(1)));
    if (first) source.next(first);
    await loaded;
    expect(heard).toHaveLength(1);
    if (second) source.next(second);
    expect(heard).toHaveLength(2);
    subscription.unsubscribe();
  });

  it(
    'never emits, completes, errors and leaves its source as that does',
    marbles(({ audio, expectObservable, expectSubscriptions }) => {
      const [silent, empty, failing] = [audio('-'), audio('--|'), audio('--#')];
      expectObservable(silent.pipe(neuralVad()), '^--!').toBe('-');
      expectObservable(empty.pipe(neuralVad())).toBe('--|');
      expectObservable(failing.pipe(neuralVad())).toBe('--#');
      expectSubscriptions(silent.subscriptions).toBe('^--!');
      expectSubscriptions(empty.subscriptions).toBe('^-!');
    }),
  );

  it('lets nothing be heard of a network that loads for nobody', async () => {
    const [first] = await told();
    const heard: unknown[] = [];
    concat(first ? of(first) : EMPTY, NEVER)
      .pipe(neuralVad())
      .subscribe((voice) => heard.push(voice))
      .unsubscribe();
    concat(
      first ? of(first) : EMPTY,
      throwError(() => new Error('device')),
    )
      .pipe(neuralVad())
      .subscribe({ error: (error: unknown) => heard.push(error) });
    await silero();
    expect(heard).toEqual([new Error('device')]);
  });

  it('refuses what cannot be', () => {
    expect(() => neuralVad({ threshold: 2 })).toThrow(RangeError);
    expect(() => neuralVad({ sensitivity: -1 })).toThrow(RangeError);
    expect(() => neuralVad({ speechStartMs: -1 })).toThrow(RangeError);
    expect(() => neuralVad({ wakeLevel: 2 })).toThrow(RangeError);
    expect(() => silero({ wakeLevel: Number.NaN })).toThrow(RangeError);
  });
});
