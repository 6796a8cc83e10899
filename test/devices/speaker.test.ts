import { from, lastValueFrom, mergeMap, type Observable, take, tap, toArray } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import type { PlayoutInput } from '../../src/epic.js';
import { openSpeaker, speaker } from '../../src/node/index.js';
import { correlate } from './correlate.js';
import { cable, children, listen, pause, questionPath, readSamples } from './virtual-audio.js';

const all = <T>(value$: Observable<T>): Promise<T[]> => lastValueFrom(value$.pipe(toArray()), { defaultValue: [] });
const failure = (value$: Observable<unknown>): Promise<unknown> => all(value$).catch((error: unknown) => error);

/** As the service sends it: in pieces of 200 ms, all at once. */
const spoken = (samples: Int16Array): PlayoutInput[] => {
  const place = { event_id: 'event_1', response_id: 'resp_1', item_id: 'item_1', output_index: 0, content_index: 0 };
  const deltas = Array.from({ length: Math.ceil(samples.length / 4800) }, (_, i): PlayoutInput => {
    const piece = samples.slice(4800 * i, 4800 * (i + 1));
    return { type: 'response.output_audio.delta', ...place, delta: Buffer.from(piece.buffer).toString('base64') };
  });
  return [...deltas, { type: 'response.output_audio.done', ...place }];
};

/** An underrun is right where the machine is too busy to feed the device. */
const busy = { retry: 2 };

describe('speaker on a real device', () => {
  afterEach(async () => {
    for (let i = 0; i < 50 && children().length > 0; i++) await pause(50);
    expect(children()).toEqual([]);
  });

  it.each(['naudiodon', 'pulse', 'alsa'] as const)('is heard as it was sent, through %s', busy, async (backend) => {
    const question = await readSamples(questionPath);
    const loudspeaker = await listen();
    const started = performance.now();
    const events = await all(speaker({ backend, device: 'speaker' })(from(spoken(question))));
    const took = performance.now() - started;
    await pause(500);
    expect(correlate(question, loudspeaker.stop()).peak).toBeGreaterThan(0.95);
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['playout.started', 'playout.item_done', 'playout.drained']),
    );
    // 3.6 s of audio; some 100 ms of them are ahead.
    expect(took).toBeGreaterThan(3200);
  });

  it.each(['naudiodon', 'pulse', 'alsa'] as const)(
    'is heard to its last sample before it is closed, through %s',
    async (backend) => {
      const loud = new Int16Array(24_000).fill(8000);
      const loudspeaker = await listen();
      await all(speaker({ backend, device: 'speaker' })(from(spoken(loud))));
      await pause(500);
      const heard = loudspeaker.stop().filter((sample) => Math.abs(sample) > 4000).length;
      // the server keeps up to 30 ms of its own
      expect(heard).toBeGreaterThan(24_000 - 720);
    },
  );

  it.each(['naudiodon', 'pulse', 'alsa'] as const)('falls silent at a flush, through %s', async (backend) => {
    const loud = new Int16Array(24_000).fill(8000);
    const loudspeaker = await listen();
    let flushed = 0;
    const total$ = openSpeaker({ backend, device: 'speaker' })(24_000).pipe(
      tap((sink) => sink.write(loud)),
      mergeMap((sink) =>
        sink.taken$.pipe(
          tap((taken) => {
            if (taken < 4800 || flushed > 0) return;
            flushed = taken;
            sink.flush();
          }),
        ),
      ),
    );
    const subscription = total$.subscribe();
    await pause(1500);
    subscription.unsubscribe();
    const heard = loudspeaker.stop().filter((sample) => Math.abs(sample) > 4000).length;
    expect(heard).toBeGreaterThan(4000);
    expect(heard).toBeLessThan(4800 + 4800);
  });

  it.each(['naudiodon', 'pulse', 'alsa'] as const)('is lost within 1.5 s of being unplugged, through %s', async (backend) => {
    let unpluggedAt = 0;
    const lost$ = openSpeaker({ backend, device: 'speaker', giveUpMs: 0 })(24_000).pipe(
      mergeMap((sink) =>
        sink.taken$.pipe(
          tap({
            subscribe: () => sink.write(new Int16Array(240_000)),
            next: (taken) => {
              if (taken < 9600 || unpluggedAt > 0) return;
              cable('unplug', 'speaker');
              unpluggedAt = performance.now();
            },
          }),
        ),
      ),
    );
    try {
      expect(await failure(lost$)).toMatchObject({ _tag: 'AudioError', code: 'device_lost', retryable: true });
      expect(performance.now() - unpluggedAt).toBeLessThan(1500);
    } finally {
      cable('plug', 'speaker');
    }
  });

  it.each(['naudiodon', 'pulse', 'alsa'] as const)(
    'names the devices that there are when %s has none of that name',
    async (backend) => {
      const error = await failure(openSpeaker({ backend, device: 'no such thing' })(24_000).pipe(take(1)));
      expect(error).toMatchObject({ _tag: 'AudioError', code: 'no_device' });
      expect((error as Error).message).toMatch(/no such thing.*\bspeaker\b/);
    },
  );
});
