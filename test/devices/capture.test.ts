import {
  concat,
  connect,
  defer,
  EMPTY,
  ignoreElements,
  lastValueFrom,
  merge,
  type Observable,
  of,
  skip,
  take,
  takeUntil,
  timer,
  toArray,
} from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { type AudioFrame, endOf } from '../../src/audio.js';
import { capture } from '../../src/node/index.js';
import { correlate } from './correlate.js';
import { cable, children, pause, questionPath, readSamples, samplesOf, speak } from './virtual-audio.js';

const all = <T>(value$: Observable<T>): Promise<T[]> => lastValueFrom(value$.pipe(toArray()), { defaultValue: [] });
const failure = (value$: Observable<unknown>): Promise<unknown> => all(value$).catch((error: unknown) => error);
/** What the microphone hears of the question, from a moment before it to a moment after. */
const heard = (frame$: Observable<AudioFrame>): Observable<AudioFrame> =>
  frame$.pipe(
    connect((shared$) => {
      const question$ = concat(shared$.pipe(take(1), ignoreElements()), speak(questionPath), timer(500).pipe(ignoreElements()));
      return shared$.pipe(takeUntil(concat(question$, of('over'))));
    }),
  );

/** A gap is right where the machine is too busy to play into the microphone. */
const busy = { retry: 2 };

describe('capture on a real device', () => {
  afterEach(async () => {
    for (let i = 0; i < 50 && children().length > 0; i++) await pause(50);
    expect(children()).toEqual([]);
  });

  it.each(['naudiodon', 'pulse', 'alsa'] as const)('hears what is spoken into it, through %s', busy, async (backend) => {
    const frames = await all(heard(capture({ backend, device: 'mic' })));
    expect(correlate(await readSamples(questionPath), samplesOf(frames)).peak).toBeGreaterThan(0.95);
    for (const [i, frame] of frames.entries()) {
      expect(frame).toMatchObject({ sampleRate: 24_000, position: i * 480 });
      expect(endOf(frame)).toBe((i + 1) * 480);
    }
  });

  it('takes the default microphone through naudiodon where nothing is said', busy, async () => {
    const frames = await all(heard(capture()));
    expect(correlate(await readSamples(questionPath), samplesOf(frames)).peak).toBeGreaterThan(0.95);
  });

  it.each(['naudiodon', 'pulse', 'alsa'] as const)('keeps the pace of the device, through %s', async (backend) => {
    const frame$ = capture({ backend, device: 'mic' }).pipe(skip(10));
    const started = performance.now();
    await all(frame$.pipe(take(100)));
    expect(performance.now() - started).toBeGreaterThan(1800);
  });

  it.each(['naudiodon', 'pulse', 'alsa'] as const)(
    'names the devices that there are when %s has none of that name',
    async (backend) => {
      const error = await failure(capture({ backend, device: 'no such thing' }));
      expect(error).toMatchObject({ _tag: 'AudioError', code: 'no_device' });
      expect((error as Error).message).toMatch(/no such thing.*\bmic\b/);
    },
  );

  it.each(['naudiodon', 'pulse', 'alsa'] as const)('is lost within 1.5 s of being unplugged, through %s', async (backend) => {
    let unpluggedAt = 0;
    const unplugged$ = defer(() => {
      cable('unplug', 'mic');
      unpluggedAt = performance.now();
      return EMPTY;
    });
    const lost$ = capture({ backend, device: 'mic', giveUpMs: 0 }).pipe(
      connect((frame$) => merge(frame$, concat(frame$.pipe(take(5), ignoreElements()), unplugged$))),
    );
    try {
      const error = await failure(lost$);
      expect(error).toMatchObject({ _tag: 'AudioError', code: 'device_lost', retryable: true });
      expect(unpluggedAt).toBeGreaterThan(0);
      expect(performance.now() - unpluggedAt).toBeLessThan(1500);
    } finally {
      cable('plug', 'mic');
    }
  });

  it('opens and closes time after time', async () => {
    for (let i = 0; i < 5; i++) expect(await all(capture({ device: 'mic' }).pipe(take(3)))).toHaveLength(3);
  });
});
