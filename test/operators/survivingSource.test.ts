import fc from 'fast-check';
import { concat, EMPTY, ignoreElements, interval, map, NEVER, Observable, of, take, tap, throwError, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type Marbles, signal } from '../../marbles/index.js';
import { encode } from '../../operators/encode.js';
import {
  type AudioSource,
  type Microphone,
  type SurvivingSourceConfig,
  survivingSource,
} from '../../operators/survivingSource.js';
import { vad } from '../../operators/vad.js';
import { type AudioFrame, endOf } from '../../src/audio.js';
import { AudioError } from '../../src/errors.js';
import type { AudioDeviceEvent } from '../../src/events.js';
import { marbles } from '../marbles.js';

const lost = new AudioError('pulled out', { code: 'device_lost', retryable: true });
const absent = throwError(() => new AudioError('no such device', { code: 'no_device' }));

/** A device that is another Observable at each opening, and then the last for ever; with the moments at which it was opened. */
const device = (name: string, now: () => number, ...openings: readonly Observable<AudioFrame>[]) => {
  const openedAt: number[] = [];
  const frame$ = new Observable<AudioFrame>((subscriber) => {
    const opening = openings[Math.min(openedAt.length, openings.length - 1)] ?? NEVER;
    openedAt.push(now());
    return opening.subscribe(subscriber);
  });
  return { device: name, frame$, openedAt } satisfies AudioSource & { readonly openedAt: number[] };
};
/** Frames of 20 ms for so long, each at its end, and then the loss. */
const works = (ms: number): Observable<AudioFrame> =>
  concat(
    recording(ms),
    throwError(() => lost),
  );
const recording = (ms: number, ratio = 1): Observable<AudioFrame> =>
  interval(20 / ratio).pipe(
    take(ms / 20),
    map((index) => ({ samples: new Int16Array(480), sampleRate: 24_000, position: 480 * index })),
  );

const describeEvent = (event: AudioDeviceEvent): string => {
  switch (event.type) {
    case 'audio.device_lost':
      return `lost ${event.device} ${event.error.code}`;
    case 'audio.device_restored':
      return `${event.device} back, gap ${event.gapMs}`;
    case 'audio.drift':
      return `drift ${event.device} ${event.ratio.toFixed(3)}`;
  }
};
/** What happens in so many milliseconds: where frames begin in milliseconds after a jump, and events, each with its moment. */
const trace = (microphone: Microphone, ms: number, { now, flush }: Pick<Marbles, 'now' | 'flush'>): string[] => {
  const seen: string[] = [];
  let end: number | undefined;
  const note = (what: string): unknown => seen.push(`${what}@${Math.round(now())}`);
  const recorder = microphone.subscribe({
    next(frame) {
      if (frame.position !== end) note(`from ${frame.position / 24}`);
      end = endOf(frame);
    },
    error: (error: unknown) => note(`#${(error as AudioError).code}`),
    complete: () => note('|'),
  });
  microphone.events$.subscribe({ next: (event) => note(describeEvent(event)), complete: () => note('events |') });
  timer(ms).subscribe(() => recorder.unsubscribe());
  flush();
  return seen;
};
const patient: SurvivingSourceConfig = { giveUpMs: Number.POSITIVE_INFINITY };

describe('survivingSource', () => {
  it(
    'passes the frames of a device that works on as they are, and closes it with the subscription',
    marbles(({ audio, expectObservable, expectSubscriptions }) => {
      const source = audio('..s.....');
      const given: AudioFrame[] = [];
      const microphone = survivingSource([{ device: 'mic', frame$: source.pipe(tap((frame) => given.push(frame))) }]);
      const isSame$ = microphone.pipe(map((frame) => (frame === given.at(-1) ? 's' : 'c')));

      expectObservable(isSame$, '^---!').toBe('ssss');
      expectSubscriptions(source.subscriptions).toBe('^---!');
    }),
  );

  it(
    'opens a device that was lost again at once; what is missing is a jump of position',
    marbles((t) => {
      const mic = device(
        'mic',
        t.now,
        works(100),
        concat(timer(60).pipe(map(() => frameAt(50))), recording(1000).pipe(later(51))),
      );
      expect(trace(survivingSource([mic]), 200, t)).toEqual([
        'from 0@20',
        'lost mic device_lost@100',
        'mic back, gap 40@160',
        'from 140@160',
        'events |@200',
      ]);
    }),
  );

  it(
    'counts a device that delivers nothing for a second as lost',
    marbles((t) => {
      const mic = device('mic', t.now, concat(recording(60), NEVER), recording(1000));
      expect(trace(survivingSource([mic]), 1190, t)).toEqual([
        'from 0@20',
        'lost mic device_lost@1100',
        'mic back, gap 1040@1120',
        'from 1100@1120',
        'events |@1190',
      ]);
      expect(mic.openedAt).toEqual([0, 1100]);
    }),
  );

  it(
    'tries the same device, then the default one, at once, then after 200 ms doubled up to 2 s',
    marbles((t) => {
      const mic = device('mic', t.now, works(60), absent);
      const fallback = device('default', t.now, absent);
      trace(survivingSource([mic, fallback], patient), 8000, t);
      const times = [60, 260, 660, 1460, 3060, 5060, 7060];
      expect(mic.openedAt).toEqual([0, ...times]);
      expect(fallback.openedAt).toEqual(times);
    }),
  );

  it(
    'goes on with the default device where the same is gone',
    marbles((t) => {
      const mic = device('mic', t.now, works(60), absent);
      const fallback = device('default', t.now, recording(10_000));
      expect(trace(survivingSource([mic, fallback]), 300, t)).toEqual([
        'from 0@20',
        'lost mic device_lost@60',
        'default back, gap 0@80',
        'events |@300',
      ]);
    }),
  );

  it(
    'tries what was asked for first when the device in its place is lost, too',
    marbles((t) => {
      const mic = device('mic', t.now, works(60), absent, recording(10_000));
      const fallback = device('default', t.now, works(2000));
      expect(trace(survivingSource([mic, fallback]), 3000, t).slice(3)).toEqual([
        'lost default device_lost@2060',
        'mic back, gap 0@2080',
        'events |@3000',
      ]);
    }),
  );

  it(
    'goes on to the next device when one opens and delivers nothing',
    marbles((t) => {
      const mic = device('mic', t.now, works(60), NEVER);
      const fallback = device('default', t.now, recording(10_000));
      expect(trace(survivingSource([mic, fallback]), 6000, t).at(2)).toBe('default back, gap 5000@5080');
    }),
  );

  it(
    'does not try without a break what opens and is lost at once',
    marbles((t) => {
      const mic = device('mic', t.now, works(2000), works(20));
      trace(survivingSource([mic], patient), 8000, t);
      expect(mic.openedAt).toEqual([0, 2000, 2220, 2640, 3460, 5080, 7100]);
    }),
  );

  it(
    'errors when the device cannot be opened in the first place, whatever others there are',
    marbles((t) => {
      const fallback = device('default', t.now, recording(10_000));
      expect(trace(survivingSource([device('mic', t.now, absent), fallback]), 1000, t)).toEqual(['#no_device@0']);
      expect(fallback.openedAt).toEqual([]);
    }),
  );

  it(
    'errors with what was lost when nothing is to be had in time',
    marbles((t) => {
      const mic = device('mic', t.now, works(60), absent);
      expect(trace(survivingSource([mic], { giveUpMs: 2500 }), 10_000, t)).toEqual([
        'from 0@20',
        'lost mic device_lost@60',
        '#device_lost@2560',
        'events |@2560',
      ]);
      expect(mic.openedAt.at(-1)).toBe(2560);
    }),
  );

  it(
    'errors at once where it is not to try',
    marbles((t) => {
      const mic = device('mic', t.now, works(60));
      expect(trace(survivingSource([mic], { giveUpMs: 0 }), 1000, t)).toEqual(['from 0@20', '#device_lost@60', 'events |@60']);
    }),
  );

  it(
    'tells that a device gives less audio than time passes, and that it no longer does',
    marbles((t) => {
      const slow = recording(39_200, 0.98);
      const right = recording(40_000).pipe(map((frame) => ({ ...frame, position: frame.position + 24 * 39_200 })));
      expect(trace(survivingSource([device('mic', t.now, concat(slow, right))]), 79_000, t)).toEqual([
        'from 0@20',
        'drift mic 0.980@20020',
        'drift mic 1.000@60040',
        'events |@79000',
      ]);
    }),
  );

  it(
    'does not take frames that come late, or in lumps, for drift',
    marbles((t) => {
      const lumpy = interval(400).pipe(
        take(150),
        map((index) => ({ samples: new Int16Array(9600), sampleRate: 24_000, position: 9600 * index })),
      );
      expect(trace(survivingSource([device('mic', t.now, lumpy)]), 59_000, t)).toEqual(['from 0@400', 'events |@59000']);
    }),
  );

  it(
    'ends a turn that the loss cut short when there is audio again',
    marbles((t) => {
      const spoken = (ms: number) =>
        interval(20).pipe(
          take(ms / 20),
          map((i) => ({ ...frameAt(i), samples: signal('s', { position: 480 * i, length: 480, sampleRate: 24_000 }) })),
        );
      const cut$ = concat(
        recording(200),
        spoken(600).pipe(later(10)),
        throwError(() => lost),
      );
      const mic = device('mic', t.now, cut$, concat(timer(500).pipe(ignoreElements()), recording(1000)));
      const seen: string[] = [];
      survivingSource([mic])
        .pipe(vad(), encode())
        .subscribe(({ type }) => {
          if (type.startsWith('speech.st')) seen.push(`${type}@${t.now()}`);
        });
      t.flush();
      expect(seen).toEqual(['speech.started@300', 'speech.stopped@1320']);
    }),
  );

  it(
    'completes with the device that is open',
    marbles((t) => {
      expect(trace(survivingSource([device('mic', t.now, recording(40))]), 100, t)).toEqual(['from 0@20', '|@40', 'events |@40']);
      expect(trace(survivingSource([device('mic', t.now, EMPTY)]), 100, t)).toEqual(['|@100']);
    }),
  );

  it(
    'opens the device once for each subscription, and can be subscribed to again',
    marbles((t) => {
      const mic = device('mic', t.now, recording(40));
      const microphone = survivingSource([mic]);
      expect(trace(microphone, 100, t)).toEqual(['from 0@20', '|@40', 'events |@40']);
      expect(trace(microphone, 100, t)).toEqual(['from 0@120', '|@140', 'events |@140']);
      expect(mic.openedAt).toEqual([0, 100]);
    }),
  );

  it('never sets position back, whatever happens', () => {
    const life = fc.record({
      worksMs: fc.integer({ min: 2, max: 100 }).map((n) => 20 * n),
      awayMs: fc.nat(250).map((n) => 20 * n + 7),
    });
    fc.assert(
      fc.property(fc.array(life, { minLength: 1, maxLength: 6 }), (lives) => {
        marbles((t) => {
          const openings = lives.map(({ worksMs, awayMs }, i) =>
            concat(i === 0 ? EMPTY : timer(awayMs).pipe(map(() => frameAt(0))), works(worksMs).pipe(later(i === 0 ? 0 : 1))),
          );
          const mic = device('mic', t.now, ...openings, of(frameAt(0)));
          let end = 0;
          survivingSource([mic], patient)
            .pipe(take(2000))
            .subscribe(({ position, samples }) => {
              expect(position).toBeGreaterThanOrEqual(end);
              // media time keeps step with time, but for the frame that is being recorded
              expect(Math.abs(position / 24 - (t.now() - 20))).toBeLessThanOrEqual(20 * lives.length);
              end = position + samples.length;
            });
          t.flush();
          expect(end).toBeGreaterThan(0);
        })();
      }),
      { numRuns: 100 },
    );
  });

  it('refuses times below 0', () => {
    expect(() => survivingSource([{ device: 'mic', frame$: NEVER }], { giveUpMs: -1 })).toThrow(RangeError);
    expect(() => survivingSource([{ device: 'mic', frame$: NEVER }], { silentMs: Number.NaN })).toThrow(RangeError);
  });
});

const frameAt = (index: number): AudioFrame => ({ samples: new Int16Array(480), sampleRate: 24_000, position: 480 * index });
/** The same frames, so many further on. */
const later =
  (count: number) =>
  (frame$: Observable<AudioFrame>): Observable<AudioFrame> =>
    frame$.pipe(map((frame) => ({ ...frame, position: frame.position + 480 * count })));
